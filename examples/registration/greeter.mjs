// A program that puts itself behind the Service `greeter`. `node greeter.mjs PORT [API]`
import { once } from "node:events";
import { createServer } from "node:http";
import { register } from "wherry/registration";

const [port = "0", api = "http://127.0.0.1:6443"] = process.argv.slice(2);

const server = createServer((request, response) => response.end(`hello from ${server.address().port}${request.url}\n`));
server.listen(Number(port), "127.0.0.1");
await once(server, "listening");

const url = `http://127.0.0.1:${server.address().port}`;
const registration = await register({ server: api, service: "greeter", url, ttlSeconds: 10 });
console.log(`${url} is behind greeter as ${registration.id}`);

await once(process, "SIGTERM");
await registration.stop();
server.close();

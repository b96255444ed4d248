// A stand-in for the shop's front end: any HTTP server of yours would do. `node frontend.mjs PORT`
import { createServer } from "node:http";

const port = Number(process.argv[2] ?? 8787);
createServer((request, response) => {
  response.setHeader("content-type", "text/plain");
  response.end(`Online Boutique, from a program of yours: ${request.method} ${request.url}\n`);
}).listen(port, "127.0.0.1", () => console.log(`front end on http://127.0.0.1:${port}`));

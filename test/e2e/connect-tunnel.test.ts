/** CONNECT to the proxy socket: a tunnel to a Service's endpoint, as `https_proxy` asks for, or a reason why there is none. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { createAuthority, issueCertificate } from "../../local/tls/certificates.ts";
import { cleanUp, eventually, FREE_PORTS, wherryUp, type Cli } from "./process.ts";
import { open } from "./raw-http.ts";
import { findTool } from "./tools.ts";

const run = promisify(execFile);
const curlTool = await findTool("curl");

let wherry: Cli;
let addresses: ReadyAddresses;
let authorityFile: string;
const servers = new Set<Server>();

const listen = async (server: Server): Promise<number> => {
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  wherry = wherryUp([...FREE_PORTS, "--ephemeral"]);
  addresses = await wherry.ready();
  const authority = await createAuthority(new Date());
  authorityFile = join(wherry.directory, "authority.pem");
  writeFileSync(authorityFile, authority.certificate);
  const { certificate, key } = await issueCertificate(authority, ["secure.default"], new Date());
  const secure = createHttpsServer({ cert: certificate, key }, (request, response) =>
    response.end(`${request.headers.host} ${request.url}`),
  );
  const plain = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) =>
      String(data) === "die" ? socket.resetAndDestroy() : socket.write(`heard ${String(data)}`),
    );
    socket.on("end", () => socket.end(", and the end"));
  });
  await service("secure", 443, await listen(secure));
  await service("plain", 5432, await listen(plain));
  await service("dead", 443, 1);
  await apply({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "empty", namespace: "default" },
    spec: { ports: [{ port: 443 }] },
  });
  await apply(
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "builtin", namespace: "default" },
      spec: { selector: { app: "builtin" }, ports: [{ port: 80 }] },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "builtin", namespace: "default", labels: { app: "builtin" } },
      spec: { containers: [{ name: "main", image: "acme/app" }] },
    },
  );
});
afterAll(async () => {
  await cleanUp();
  for (const server of servers) server.close();
});

const apply = (...objects: readonly object[]) =>
  applyManifest(createKubeClient(addresses.api), objects.map((object) => JSON.stringify(object)).join("\n---\n"));

const service = (name: string, port: number, targetPort: number) =>
  apply(
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: "default" },
      spec: { ports: [{ name: "main", port, targetPort }] },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: `${name}-a`, namespace: "default", labels: { "kubernetes.io/service-name": name } },
      addressType: "FQDN",
      ports: [{ name: "main", port: targetPort, protocol: "TCP" }],
      endpoints: [{ addresses: ["127.0.0.1"], conditions: { ready: true } }],
    },
  );

/** A connection through the tunnel, and all that comes out of it. */
async function tunnel(to: string): Promise<{ socket: Socket; heard: () => string; closed: Promise<unknown> }> {
  const { hostname, port } = new URL(addresses.proxy);
  const socket = await open({ host: hostname, port: Number(port) });
  let heard = "";
  socket.setEncoding("latin1").on("data", (data: string) => (heard += data));
  socket.on("error", () => undefined);
  const closed = once(socket, "close");
  socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`);
  await eventually(() => expect(heard).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n$/s));
  heard = "";
  return { socket, heard: () => heard, closed };
}

describe.skipIf(curlTool.path === null)("curl -x", () => {
  const curl = (...args: readonly string[]) =>
    run(curlTool.path ?? "", ["-sS", "--max-time", "20", "-x", addresses.proxy, ...args]);

  test("reaches a Service that speaks TLS itself, by its own certificate", async () => {
    const { stdout } = await curl("--cacert", authorityFile, "https://secure.default/a?b=c");
    expect(stdout).toBe("secure.default /a?b=c");
  });

  test.each([
    ["a name that nobody has", "https://nobody.default/", /unrecognized name/, 'service "nobody" does not exist'],
    [
      "a namespace that nobody has",
      "https://secure.nowhere/",
      /unrecognized name/,
      'namespace "nowhere" does not exist',
    ],
    ["a port that the Service lacks", "https://plain.default/", /unrecognized name/, "has no TCP port 443"],
    ["a Service without endpoints", "https://empty.default/", /internal error/, "has no endpoints"],
    ["a backend that is not there", "https://dead.default/", /internal error/, "could not be reached"],
    ["the world outside", "https://example.com/", /unrecognized name/, "example.com"],
  ])("says that there is no tunnel to %s, and wherry says why", async (_name, url, said, why) => {
    await expect(curl(url)).rejects.toThrow(said);
    await eventually(() => expect(wherry.stderr()).toContain(`no tunnel to "${new URL(url).host}:443"`));
    expect(wherry.stderr()).toContain(why);
  });

  test("gets a Status where it speaks plain HTTP through the tunnel", async () => {
    const { stdout } = await curl("-p", "-i", "http://nobody.default:80/");
    expect(stdout).toMatch(/^HTTP\/1\.1 404 .*^proxy-status: wherry; error=\S+; details="UnknownService"/ms);
    expect(stdout).toContain('"reason":"UnknownService"');
  });

  test("is told to do without CONNECT where the backend is built in", async () => {
    const { stdout } = await curl("-p", "http://builtin.default/");
    expect(stdout).toContain("speaks HTTP only (builtin): ask for http://, without CONNECT");
  });
});

test("bytes pass both ways, and the end of one direction leaves the other open", async () => {
  const { socket, heard, closed } = await tunnel("plain.default:5432");
  socket.write("hello");
  await eventually(() => expect(heard()).toBe("heard hello"));
  socket.end();
  await closed;
  expect(heard()).toBe("heard hello, and the end");
});

test("a backend that breaks off ends the client's connection, and nobody else's", async () => {
  const other = await tunnel("plain.default:5432");
  const { socket, closed } = await tunnel("plain.default:5432");
  socket.write("die");
  await closed;
  other.socket.write("still here");
  await eventually(() => expect(other.heard()).toBe("heard still here"));
  other.socket.destroy();
});

test("a client that speaks neither TLS nor HTTP, or nothing, is closed", async () => {
  for (const said of ["\0\0\0\x08\x04\xd2\x16\x2f", ""]) {
    const { socket, heard, closed } = await tunnel("nobody.default:5432");
    if (said !== "") socket.write(said, "latin1");
    await closed;
    expect(heard()).toBe("");
  }
});

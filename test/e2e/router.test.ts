/** The router as programs meet it: through the proxy socket of `wherry up`, with servers of this process as backends. */
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { Agent, WebSocket } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { backend, closeBackends, podManifest, serviceWithPod } from "./backends.ts";
import { cleanUp, eventually, FREE_PORTS, wherryUp, type Cli } from "./process.ts";
import { findTool } from "./tools.ts";
import { echoWebSockets } from "./websocket.ts";

const run = promisify(execFile);
const curlTool = await findTool("curl");
const MEGABYTE = 1024 * 1024;

let wherry: Cli;
let addresses: ReadyAddresses;
let byRule: string;

beforeAll(async () => {
  byRule = (await backend((request, response) => response.end(`by rule: ${request.url}`))).url;
  wherry = wherryUp([...FREE_PORTS, "--image", `acme/ruled=${byRule}/base`]);
  addresses = await wherry.ready();
  await apply('{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}');
});
afterAll(async () => {
  await closeBackends();
  await cleanUp();
});

const apply = (manifest: string) => applyManifest(createKubeClient(addresses.api), manifest);

interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request to the proxy socket, its line carrying the whole URL. */
function send(url: string, { method = "GET", headers = {} }: Sending = {}): ClientRequest {
  const { hostname, port } = new URL(addresses.proxy);
  const { host } = new URL(url);
  return httpRequest({ hostname, port, path: url, agent: false, method, headers: { host, ...headers } });
}

const answerTo = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.on("response", resolve).on("error", reject);
  });

async function get(url: string, options: Sending = {}): Promise<{ answer: IncomingMessage; body: Buffer }> {
  const request = send(url, options);
  request.end();
  const answer = await answerTo(request);
  return { answer, body: await buffer(answer) };
}

const text = async (url: string, options: Sending = {}): Promise<string> => String((await get(url, options)).body);

describe("what answers", () => {
  test("is the URL of the Service, with its base path", async () => {
    const { url } = await backend((request, response) => response.end(`${request.method} ${request.url}`));
    await apply(serviceWithPod("shop", "annotated", { service: `${url}/v1/`, pod: "http://127.0.0.1:1" }));
    expect(await text("http://annotated.shop/a?b=c")).toBe("GET /v1/a?b=c");
  });

  test("is the URL of the Pod where the Service has none", async () => {
    const { url } = await backend((request, response) => response.end(String(request.headers["x-forwarded-host"])));
    await apply(serviceWithPod("shop", "of-pod", { pod: url }));
    expect(await text("http://of-pod.shop.svc.cluster.local/")).toBe("of-pod.shop.svc.cluster.local");
  });

  test("is what an image rule says, for a Pod without a URL", async () => {
    await apply(serviceWithPod("shop", "ruled", { image: "docker.io/acme/ruled:2" }));
    expect(await text("http://ruled.shop/a")).toBe("by rule: /base/a");
  });

  test.each([
    ["agnhost", "registry.k8s.io/e2e-test-images/agnhost:2.53", ["netexec"], "/hostname", "b-agnhost"],
    ["http-echo", "hashicorp/http-echo:1.0", ["-text=hello there"], "/", "hello there"],
    ["whoami", "traefik/whoami", [], "/", "Hostname: b-whoami"],
    ["nginx", "nginx:1.27", [], "/", "Welcome to nginx!"],
    ["any other image", "acme/unknown", [], "/x", '"path": "/x"'],
  ])("is a built-in backend for %s", async (name, image, args, path, shown) => {
    const pod = `b-${name.replaceAll(" ", "-")}`;
    await apply(serviceWithPod("shop", pod, { image, args }));
    const { answer, body } = await get(`http://${pod}.shop${path}`);
    expect([answer.statusCode, String(body)]).toEqual([200, expect.stringContaining(shown)]);
  });

  test("is a backend outside, by its name or address, where the Service has no selector", async () => {
    const { port } = new URL((await backend((_, response) => response.end("outside"))).url);
    const name = { apiVersion: "v1", kind: "Service", metadata: { name: "outside", namespace: "shop" } };
    await apply(JSON.stringify({ ...name, spec: { type: "ExternalName", externalName: "localhost" } }));
    expect(await text(`http://outside.shop:${port}/`)).toBe("outside");
  });
});

describe("bytes", () => {
  test("of a response come as the backend sent them: encoding, length, repeated headers", async () => {
    const packed = gzipSync("hello ".repeat(1_000));
    const { url } = await backend((_, response) => {
      response.writeHead(200, [
        ["content-type", "text/plain"],
        ["content-encoding", "gzip"],
        ["content-length", String(packed.length)],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["etag", '"x"'],
      ]);
      response.end(packed);
    });
    await apply(serviceWithPod("shop", "packed", { service: url }));
    for (const headers of [{ "accept-encoding": "gzip" }, { "accept-encoding": "identity" }, {}] as const) {
      const { answer, body } = await get("http://packed.shop/", { headers });
      expect(body.equals(packed)).toBe(true);
      expect(answer.headers).toMatchObject({ "content-encoding": "gzip", "set-cookie": ["a=1", "b=2"], etag: '"x"' });
    }
  });

  test("of HEAD, 204 and 304 are none, with the headers that tell of them", async () => {
    const { url } = await backend((request, response) => {
      const status = Number(request.url?.slice(1));
      response.writeHead(status, status === 200 ? { "content-length": "5" } : { etag: '"x"' });
      response.end(request.method === "HEAD" || status !== 200 ? "" : "hello");
    });
    await apply(serviceWithPod("shop", "none", { service: url }));
    const head = await get("http://none.shop/200", { method: "HEAD" });
    expect([head.answer.statusCode, head.answer.headers["content-length"], head.body.length]).toEqual([200, "5", 0]);
    for (const status of [204, 304]) {
      const { answer, body } = await get(`http://none.shop/${status}`);
      expect([answer.statusCode, answer.headers.etag, body.length]).toEqual([status, '"x"', 0]);
    }
  });

  test("of redirects and errors are passed on, and nothing is followed", async () => {
    const { url } = await backend((request, response) => {
      if (request.url === "/fail") return response.writeHead(500).end("broken");
      return response.writeHead(307, { location: "http://elsewhere.test/" }).end();
    });
    await apply(serviceWithPod("shop", "redirects", { service: url }));
    const { answer } = await get("http://redirects.shop/");
    expect([answer.statusCode, answer.headers.location]).toEqual([307, "http://elsewhere.test/"]);
    expect(await text("http://redirects.shop/fail")).toBe("broken");
  });
});

/** Resident memory of the workerd that the lock of this process names, in megabytes. */
function memory(): number {
  const lock = JSON.parse(readFileSync(join(wherry.directory, ".wherry/lock"), "utf8")) as { runtime: { pid: number } };
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${lock.runtime.pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

const sha = (data: Buffer): string => createHash("sha256").update(data).digest("hex");

describe("a stream", () => {
  test("of 20 MB arrives whole in both directions, and is never held whole by workerd", async () => {
    const { url } = await backend((request, response) => request.pipe(response));
    await apply(serviceWithPod("shop", "echo", { service: url }));
    const data = randomBytes(20 * MEGABYTE);
    const echo = async (): Promise<string> => {
      const request = send("http://echo.shop/", { method: "POST" });
      const answered = answerTo(request);
      request.end(data);
      return sha(await buffer(await answered));
    };
    expect(await echo()).toBe(sha(data));
    const before = memory();
    let most = before;
    const watching = setInterval(() => (most = Math.max(most, memory())), 10);
    const echoed = await Promise.all(Array.from({ length: 8 }, echo));
    clearInterval(watching);
    expect(new Set(echoed)).toEqual(new Set([sha(data)]));
    // 320 MB went through.
    expect(most - before).toBeLessThan(100);
  });

  test("stops at its source while nobody reads it", async () => {
    let stopped = 0;
    let read: (() => void) | undefined;
    const { url } = await backend((request, response) => {
      request.pause();
      read = () => request.resume().on("end", () => response.end("read"));
    });
    await apply(serviceWithPod("shop", "slow", { service: url }));
    const total = 200 * MEGABYTE;
    const request = send("http://slow.shop/", { method: "POST", headers: { "content-length": String(total) } });
    const answered = answerTo(request);
    const piece = Buffer.alloc(MEGABYTE);
    const writeAll = async (): Promise<void> => {
      for (let sent = 0; sent < total; sent += piece.length) {
        stopped = sent;
        if (!request.write(piece)) await new Promise((resolve) => request.once("drain", resolve));
      }
      request.end();
    };
    const written = writeAll();
    await eventually(async () => {
      const before = stopped;
      await sleep(200);
      expect([read === undefined, stopped]).toEqual([false, before]);
    });
    // What the sockets of four ends hold between them.
    expect(stopped).toBeLessThan(total / 2);
    read?.();
    await written;
    expect(String(await buffer(await answered))).toBe("read");
  });

  test("of a request is read by the backend while the client still writes it", async () => {
    const { url } = await backend((request, response) => {
      request.once("data", (first: Buffer) => {
        response.write(`got ${String(first)}`);
        request.once("data", (second: Buffer) => response.end(`, then ${String(second)}`));
      });
    });
    await apply(serviceWithPod("shop", "duplex", { service: url }));
    const request = send("http://duplex.shop/", { method: "POST" });
    const answered = answerTo(request);
    request.write("one");
    const answer = await answered;
    const [first] = (await once(answer, "data")) as [Buffer];
    expect(String(first)).toBe("got one");
    request.end("two");
    expect(String(await buffer(answer))).toBe(", then two");
  });

  test("of server-sent events comes event by event", async () => {
    let emit: ((event: string) => void) | undefined;
    const { url } = await backend((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
      response.flushHeaders();
      emit = (event) => void response.write(`data: ${event}\n\n`);
    });
    await apply(serviceWithPod("shop", "events", { service: url }));
    const request = send("http://events.shop/", { headers: { accept: "text/event-stream" } });
    request.end();
    const answer = await answerTo(request);
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    // The next event is only made when the last has arrived, so none can have waited for another.
    for (let i = 0; i < 20; i++) {
      const arrives = once(answer, "data");
      emit?.(`event ${i}`);
      expect(String((await arrives)[0])).toBe(`data: event ${i}\n\n`);
    }
    request.destroy();
  });
});

describe("a client that goes away", () => {
  /** What the backend does until the connection ends; `silent` writes nothing after the first piece, or nothing at all. */
  const patient = (name: string, pieces: "none" | "one" | "many") => {
    const seen = { arrived: false, gone: false };
    const start = async (): Promise<void> => {
      const { url } = await backend((_, response) => {
        const writing = pieces === "many" ? setInterval(() => response.write("more"), 20) : undefined;
        response.on("close", () => {
          clearInterval(writing);
          seen.gone = true;
        });
        if (pieces !== "none") response.write("one");
        seen.arrived = true;
      });
      await apply(serviceWithPod("shop", name, { service: url }));
    };
    return { seen, start };
  };

  test.each([
    ["with a reset before the answer began", "none", "resetAndDestroy"],
    ["with a reset in the middle of the answer", "one", "resetAndDestroy"],
    // Without a reset nobody can tell it from one that has only finished sending, until something is written to it.
    ["in good order, in the middle of an answer that goes on", "many", "destroy"],
  ] as const)("%s is noticed by the backend", async (_name, pieces, leave) => {
    const { seen, start } = patient(`gone-${pieces}`, pieces);
    await start();
    // Once with a request that carries the table's long question, as the first after a silence does, and once without.
    for (const warm of [false, true]) {
      Object.assign(seen, { arrived: false, gone: false });
      if (warm) await text("http://nope.shop/");
      else await sleep(300);
      const request = send(`http://gone-${pieces}.shop/`);
      request.on("response", (answer) => answer.on("error", () => undefined).resume());
      request.on("error", () => undefined).end();
      await eventually(() => expect(seen.arrived).toBe(true));
      await sleep(50);
      expect(seen.gone).toBe(false);
      request.socket?.[leave]();
      await eventually(() => expect([warm, seen.gone]).toEqual([warm, true]));
    }
  });
});

describe("WebSockets", () => {
  test("pass with their messages, protocol and closing code", async () => {
    let closed = 0;
    const { url, server } = await backend((_, response) => response.end());
    echoWebSockets(server, (code) => (closed = code));
    await apply(serviceWithPod("shop", "sockets", { service: url }));
    const { hostname, port } = new URL(addresses.proxy);
    // As a program that dials the proxy's socket for every name.
    const dispatcher = new Agent({
      connect: (_, done) => {
        const socket = connect(Number(port), hostname, () => done(null, socket)).on("error", (error) =>
          done(error, null),
        );
      },
    });
    const socket = new WebSocket("ws://sockets.shop/chat?x=1", { protocols: ["chat"], dispatcher });
    socket.binaryType = "arraybuffer";
    const received: unknown[] = [];
    socket.addEventListener("message", ({ data }: { data: unknown }) =>
      received.push(data instanceof ArrayBuffer ? Buffer.from(data).toString("hex") : data),
    );
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("error", () => reject(new Error("no WebSocket")));
    });
    expect(socket.protocol).toBe("chat");
    const long = "wörld ".repeat(20_000);
    socket.send("hello");
    socket.send(long);
    socket.send(Buffer.from([0, 1, 254, 255]));
    await eventually(() => expect(received).toEqual(["hello", long, "0001feff"]));
    socket.close(4_001, "enough");
    await eventually(() => expect(closed).toBe(4_001));
    await dispatcher.close();
  });
});

describe("an endpoint where nothing listens", () => {
  test("costs a GET nothing, and no backend sees a POST twice", async () => {
    const seen = { alive: 0, broken: 0 };
    const alive = await backend((request, response) => {
      seen.alive++;
      request.resume().on("end", () => response.end("ok"));
    });
    // Takes the whole request and breaks the connection.
    const broken = await backend((request) => {
      seen.broken++;
      request.resume().on("end", () => request.socket.destroy());
    });
    await apply(serviceWithPod("shop", "flaky", { pod: alive.url }));
    await apply(JSON.stringify(podManifest("shop", "flaky-2", "flaky", { pod: broken.url })));
    await apply(JSON.stringify(podManifest("shop", "flaky-3", "flaky", { pod: "http://127.0.0.1:1" })));
    const rounds = 40;
    const gets = await Promise.all(Array.from({ length: rounds }, () => text("http://flaky.shop/")));
    expect(new Set(gets)).toEqual(new Set(["ok"]));
    expect(seen.alive).toBe(rounds);
    expect(seen.broken).toBeGreaterThan(0);
    Object.assign(seen, { alive: 0, broken: 0 });
    const statuses: number[] = [];
    for (let i = 0; i < rounds; i++) {
      const request = send("http://flaky.shop/", { method: "POST" });
      const answered = answerTo(request);
      request.end("an order");
      const answer = await answered;
      statuses.push(answer.statusCode ?? 0);
      answer.resume();
    }
    const ok = statuses.filter((status) => status === 200).length;
    expect(seen.alive).toBe(ok);
    expect(seen.broken).toBeLessThanOrEqual(rounds - ok);
    expect(statuses.filter((status) => status === 502).length).toBe(rounds - ok);
  });
});

describe.skipIf(curlTool.path === null)("curl", () => {
  const curl = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { stdout } = await run(curlTool.path ?? "", ["-sS", "--max-time", "10", ...args], {
      env: { PATH: process.env["PATH"], ...env },
    });
    return stdout;
  };
  beforeAll(async () => {
    const { url } = await backend((request, response) => {
      const { host, "x-forwarded-host": asked, "proxy-connection": proxy = "none" } = request.headers;
      response.end(JSON.stringify({ url: request.url, isOurs: host === new URL(url).host, asked, proxy }));
    });
    await apply(serviceWithPod("shop", "curled", { service: url }));
  });
  const expected = (asked: string) => JSON.stringify({ url: "/a?b=c", isOurs: true, asked, proxy: "none" });

  test("reaches a Service with -x, which sends the whole URL", async () => {
    expect(await curl(["-x", addresses.proxy, "http://curled.shop/a?b=c"])).toBe(expected("curled.shop"));
  });

  test("reaches it with the variable http_proxy, whose user is the source", async () => {
    const { host } = new URL(addresses.proxy);
    expect(await curl(["http://curled/a?b=c"], { http_proxy: `http://shop@${host}` })).toBe(expected("curled"));
    expect(await curl(["http://curled/a?b=c"], { http_proxy: `http://shop.pod-1:default@${host}` })).toBe(
      expected("curled"),
    );
    expect(await curl(["http://curled/"], { http_proxy: `http://${host}` })).toContain("UnknownService");
  });

  test("reaches it with a Host header on the plain socket", async () => {
    expect(await curl(["-H", "Host: curled.shop:80", `${addresses.proxy}/a?b=c`])).toBe(expected("curled.shop:80"));
  });

  test("uploads with Expect: 100-continue, and posts forms", async () => {
    const { url } = await backend((request, response) => {
      void buffer(request).then((body) => response.end(String(body.length)));
    });
    await apply(serviceWithPod("shop", "uploads", { service: url }));
    const expecting = ["-H", "Expect: 100-continue", "--data-binary", "x".repeat(100_000)];
    expect(await curl(["-x", addresses.proxy, ...expecting, "http://uploads.shop/"])).toBe("100000");
    expect(await curl(["-x", addresses.proxy, "-F", "a=b", "http://uploads.shop/"])).toMatch(/^1\d\d$/);
  });

  test("gets a Status for a name that is not there, and Proxy-Status with it", async () => {
    const said = await curl(["-i", "-x", addresses.proxy, "http://nope.shop/"]);
    expect(said).toMatch(/^HTTP\/1\.1 404 /);
    expect(said).toMatch(/^proxy-status: wherry; error=destination_not_found; details="UnknownService"/im);
    expect(said).toContain('"kind":"Status"');
  });
});

describe("bytes that are no HTTP", () => {
  test.each([
    ["an absolute URL with nothing in it", "GET http:// HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["no Host", "GET / HTTP/1.1\r\n\r\n"],
    ["a Host of a kilobyte", `GET / HTTP/1.1\r\nHost: ${"a".repeat(1_000)}\r\n\r\n`],
    ["a Host that is not ASCII", "GET / HTTP/1.1\r\nHost: w\u00e9b.shop\r\n\r\n"],
    ["a header of a megabyte", `GET / HTTP/1.1\r\nHost: web.shop\r\nX-Long: ${"a".repeat(MEGABYTE)}\r\n\r\n`],
    ["two Hosts", "GET / HTTP/1.1\r\nHost: a.shop\r\nHost: b.shop\r\n\r\n"],
    ["an unknown method", "BREW http://web.shop/ HTTP/1.1\r\nHost: web.shop\r\n\r\n"],
    ["rubbish", "\u0000\u0001\u0002\r\n\r\n"],
    ["a TLS greeting", "\u0016\u0003\u0001\u0002\u0000\u0001"],
    ["two lengths", "POST http://echo.shop/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
  ])("with %s harm nobody: an answer or a closed connection, and the next request is served", async (_name, bytes) => {
    const { hostname, port } = new URL(addresses.proxy);
    const socket = connect(Number(port), hostname, () => socket.end(bytes, "latin1"));
    let said = "";
    socket.setEncoding("latin1").on("data", (data: string) => (said += data));
    socket.on("error", () => undefined);
    await once(socket, "close");
    expect(said === "" || /^HTTP\/1\.1 (?:[45]\d\d) /.test(said)).toBe(true);
    expect((await get("http://nope.shop/")).answer.statusCode).toBe(404);
  });
});

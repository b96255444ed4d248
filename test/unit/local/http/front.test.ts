import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { request as httpsRequest } from "node:https";
import { connect as connectTcp, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTlsFront, type Front } from "../../../../local/http/front.ts";
import { tlsMaterial, type TlsMaterial } from "../../../../local/tls/authority.ts";
import { issueCertificate, type KeyPair } from "../../../../local/tls/certificates.ts";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How much of `/endless` the worker has got rid of, and whether it still waits to. */
let sentOctets = 0;
const streamEnds: (() => void)[] = [];

/** Answers with what it got; `/cut` ends in the middle, `/drop` without an answer, `/quiet` and `/endless` never. */
const worker: Server = createServer((request, response) => {
  void text(request).then((body) => {
    const { method = "", url = "", headers } = request;
    if (url === "/drop") {
      request.socket.destroy();
      return;
    }
    if (url === "/cut") {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => request.socket.destroy());
      return;
    }
    if (url === "/quiet" || url === "/endless") {
      response.writeHead(200).flushHeaders();
      response.once("close", () => streamEnds.splice(0).forEach((tell) => tell()));
      const chunk = Buffer.alloc(65_536);
      const more = (): void =>
        void response.write(chunk, (error) => (error ? undefined : ((sentOctets += chunk.length), more())));
      if (url === "/endless") more();
      return;
    }
    response.writeHead(url === "/missing" ? 404 : 200, { "x-answer": "yes", connection: "keep-alive" });
    response.end(JSON.stringify({ method, url, headers, body } satisfies Seen));
  });
});
worker.on("upgrade", (_request, socket) => {
  socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
  socket.pipe(socket);
});

let material: TlsMaterial;
let own: KeyPair;
let front: Front;
let session: ClientHttp2Session;

beforeAll(async () => {
  await new Promise<void>((resolve) => worker.listen(0, "127.0.0.1", resolve));
  material = await tlsMaterial(null, ["localhost", "127.0.0.1"]);
  own = await issueCertificate(material.authority, ["shop.example.test"], new Date());
  const upstream = `http://127.0.0.1:${(worker.address() as AddressInfo).port}`;
  const broken = { certificate: own.certificate, key: material.server.key };
  front = await startTlsFront({
    host: "127.0.0.1",
    port: 0,
    upstream,
    certificate: material.server,
    certificateFor: (name) => (name === "shop.example.test" ? own : name === "broken.example.test" ? broken : null),
    token: "secret",
  });
  session = connectHttp2(`https://localhost:${front.port}`, { ca: material.authority.certificate });
});
afterAll(async () => {
  session.destroy();
  await front.close();
  worker.closeAllConnections();
  worker.close();
});

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function http2(headers: Readonly<Record<string, string>>, body = ""): Promise<Got> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":path": "/", ...headers }, { endStream: body === "" });
    stream.on("response", (answer) => {
      text(stream).then((said) => resolve({ status: Number(answer[":status"]), headers: answer, body: said }), reject);
    });
    stream.on("error", reject);
    stream.on("aborted", () => reject(new Error("aborted")));
    if (body !== "") stream.end(body);
  });
}

function http1(path: string, options: Readonly<Record<string, unknown>> = {}, body = ""): Promise<Got> {
  return new Promise((resolve, reject) => {
    const trusted = { ca: material.authority.certificate, host: "127.0.0.1", port: front.port, path, agent: false };
    const sent = httpsRequest({ ...trusted, ...options }, (answer) => {
      text(answer).then(
        (said) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: said }),
        reject,
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const seen = ({ body }: Got): Seen => JSON.parse(body) as Seen;

describe.each<[string, (headers: Record<string, string>, method: string, body: string) => Promise<Got>]>([
  ["HTTP/2", (headers, method, body) => http2({ ...headers, ":method": method, ":path": "/cart?x=%2F" }, body)],
  ["HTTP/1.1", (headers, method, body) => http1("/cart?x=%2F", { method, headers }, body)],
])("over %s", (version, ask) => {
  test.each([
    ["GET", ""],
    ["HEAD", ""],
    ["POST", "a body"],
    ["PUT", "x".repeat(200_000)],
    ["DELETE", ""],
  ])("%s arrives as it was sent", async (method, body) => {
    const got = await ask({ "x-of-mine": "1" }, method, body);
    expect([got.status, got.headers["x-answer"]]).toEqual([200, "yes"]);
    if (method === "HEAD") return;
    expect(seen(got)).toMatchObject({ method, url: "/cart?x=%2F", body, headers: { "x-of-mine": "1" } });
  });

  test("a client cannot say how it came, nor that it is the front", async () => {
    const forged = { "x-forwarded-proto": "http", "x-forwarded-for": "203.0.113.1", "wherry-front": "guess" };
    expect(seen(await ask(forged, "GET", "")).headers).toMatchObject({
      "x-forwarded-proto": "https",
      "x-forwarded-for": "127.0.0.1",
      "wherry-front": "secret",
    });
  });

  test("headers of the connection stay behind", async () => {
    const { headers } = seen(
      await ask(version === "HTTP/2" ? { te: "trailers" } : { te: "x", connection: "x-hop", "x-hop": "1" }, "GET", ""),
    );
    expect([headers["te"], headers["x-hop"]]).toEqual([undefined, undefined]);
  });
});

test("HTTP/2's authority is HTTP/1.1's host", async () => {
  expect(seen(await http2({ ":authority": "shop.example.test" })).headers.host).toBe("shop.example.test");
});

test("a body of a DELETE has a frame of its own: it is not taken for the next request", async () => {
  const got = await http2({ ":method": "DELETE" }, "GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n");
  expect(seen(got)).toMatchObject({ method: "DELETE", body: "GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n" });
});

test("an answer cut short does not pass for whole", async () => {
  await expect(http2({ ":path": "/cut" })).rejects.toThrow();
  await expect(http1("/cut")).rejects.toThrow();
});

test("no answer is 502", async () => {
  expect((await http2({ ":path": "/drop" })).status).toBe(502);
});

test("a status passes as it is", async () => {
  expect((await http1("/missing")).status).toBe(404);
});

test("hundreds of requests at once share a connection", { timeout: 60_000 }, async () => {
  const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => http2({ ":path": `/${i}` })));
  expect(answers.map((got) => seen(got).url)).toEqual(answers.map((_, i) => `/${i}`));
});

describe.each<[string, (path: string) => Promise<Stream>]>([
  ["HTTP/2", stream2],
  ["HTTP/1.1", stream1],
])("a stream over %s", (_version, open) => {
  test("begins before its first octet, and ends at the Worker when the client goes", async () => {
    const ended = new Promise<void>((resolve) => streamEnds.push(resolve));
    const { status, destroy } = await open("/quiet");
    expect(status).toBe(200);
    destroy();
    await ended;
  });

  test("waits for a client that does not read", async () => {
    sentOctets = 0;
    const { destroy } = await open("/endless");
    let before = -1;
    while (sentOctets !== before) {
      before = sentOctets;
      await sleep(200);
    }
    destroy();
    expect(sentOctets).toBeLessThan(64 * 1_048_576);
  });
});

interface Stream {
  readonly status: number;
  readonly destroy: () => void;
}

/** Gives the answer's head; nobody reads the rest. */
function stream2(path: string): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":path": path });
    stream.on("response", (answer) => resolve({ status: Number(answer[":status"]), destroy: () => stream.close() }));
    stream.on("error", reject);
  });
}

function stream1(path: string): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const trusted = { ca: material.authority.certificate, host: "127.0.0.1", port: front.port, path, agent: false };
    const sent = httpsRequest(trusted, (answer) =>
      resolve({ status: answer.statusCode ?? 0, destroy: () => sent.destroy() }),
    );
    sent.on("error", reject);
    sent.end();
  });
}

test("an upgrade passes octets both ways", async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = { connection: "upgrade", upgrade: "websocket" };
    const sent = httpsRequest({
      ca: material.authority.certificate,
      host: "127.0.0.1",
      port: front.port,
      headers,
      agent: false,
    });
    sent.on("upgrade", (response, socket) => {
      socket.once("data", (chunk: Buffer) => {
        socket.destroy();
        resolve(`${response.statusCode} ${chunk.toString()}`);
      });
      socket.write("hello");
    });
    sent.on("error", reject);
    sent.end();
  });
  expect(answer).toBe("101 hello");
});

describe("the certificate", () => {
  const nameFor = (servername: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connectTls({ host: "127.0.0.1", port: front.port, servername, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerX509Certificate()?.subjectAltName ?? "");
        socket.destroy();
      });
      socket.on("error", reject);
    });

  test.each([
    ["of its own for a host that has one", "Shop.Example.Test", "DNS:shop.example.test"],
    ["the socket's for any other", "other.example.test", "DNS:localhost, IP Address:127.0.0.1"],
    ["the socket's where the key does not fit", "broken.example.test", "DNS:localhost, IP Address:127.0.0.1"],
  ])("%s", async (_sentence, servername, expected) => {
    expect(await nameFor(servername)).toBe(expected);
  });
});

test("what is no TLS ends its own connection only", async () => {
  await new Promise<void>((resolve) => {
    const socket = connectTcp(front.port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\n\r\n"));
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.resume();
  });
  expect((await http1("/")).status).toBe(200);
});

test("an address in use is told", async () => {
  const options = { host: "127.0.0.1", port: front.port, upstream: "http://127.0.0.1:1", certificate: own, token: "" };
  await expect(startTlsFront(options)).rejects.toThrow(/in use by another program/);
});

test("an address without TLS speaks none", async () => {
  await expect(
    new Promise((_resolve, reject) => httpRequest({ host: "127.0.0.1", port: front.port }).on("error", reject).end()),
  ).rejects.toThrow();
});

describe("where bodies are small", () => {
  let small: Front;
  const late = { octets: 10, readMilliseconds: 1_000, writeMilliseconds: 1_000 };

  beforeAll(async () => {
    const upstream = `http://127.0.0.1:${(worker.address() as AddressInfo).port}`;
    small = await startTlsFront({
      host: "127.0.0.1",
      port: 0,
      upstream,
      token: "secret",
      certificate: material.server,
      small: late,
    });
  });
  afterAll(() => small.close());

  /** A POST whose length is said, or not; one that does not end, where there is no `rest`. */
  const send = (path: string, first: string, rest: string | null, length?: number): Promise<Got> =>
    new Promise((resolve, reject) => {
      const headers = length === undefined ? {} : { "content-length": length };
      const asking = {
        ca: material.authority.certificate,
        host: "127.0.0.1",
        port: small.port,
        agent: false,
        method: "POST",
        path,
        headers,
      };
      const sent = httpsRequest(asking, (answer) => {
        const { statusCode: status = 0, headers: got } = answer;
        text(answer).then((body) => resolve({ status, headers: got, body }), reject);
      });
      sent.on("error", reject);
      sent.write(first);
      if (rest !== null) sent.end(rest);
    });

  test.each([
    ["one that says its length", 6],
    ["one that does not", undefined],
  ])("%s arrives whole, with its length", async (_sentence, length) => {
    const { headers, body } = seen(await send("/", "abc", "def", length));
    expect([body, headers["content-length"], headers["transfer-encoding"]]).toEqual(["abcdef", "6", undefined]);
  });

  test("one that turns out too long is refused", async () => {
    const { status, body, headers } = await send("/", "abcdefgh", "ijk");
    expect([status, body, headers["connection"]]).toEqual([413, "a body has at most 10 octets here\n", "close"]);
  });

  test("one that says it is too long is the Worker's to refuse", async () => {
    expect(seen(await send("/", "abcdefgh", "ijk", 11)).body).toBe("abcdefghijk");
  });

  test("one that does not end is late", async () => {
    const { status, body } = await send("/", "abc", null, 6);
    expect([status, body]).toEqual([408, "the body was not here within 1 s\n"]);
  });

  test("an answer that does not end is cut off", async () => {
    await expect(send("/quiet", "abc", "", 3)).rejects.toThrow("aborted");
  });
});

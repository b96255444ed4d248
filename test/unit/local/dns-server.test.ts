import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDnsServer, type DnsServer } from "../../../local/dns-server.ts";
import { decodeQuery } from "../../../shared/dns/wire/decode.ts";
import { endpoint, port, service, SERVICES, tablesOf } from "../dns/fixture.ts";
import { hex, queryFor, read, type DecodedMessage } from "../dns/messages.ts";
import { exchange, servingFrom } from "../dns/served.ts";

const many = Array.from({ length: 200 }, (_, i) => endpoint(`10.244.2.${i}`, 80));
const TABLES = tablesOf([...SERVICES, service("db", "many", [], [port("p", 80, many)])]);
const SERVING = servingFrom(TABLES);

/** Answers as the Worker does; `slow.` names take their time, `held.` names until another has been answered, `broken.` names fail, `reset.` names lose their connection. */
function fakeDoh(): Promise<Server> {
  const held = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const query = Buffer.concat(chunks);
      const decoded = decodeQuery(query);
      const first = decoded.kind === "query" ? decoded.question.name[0] : undefined;
      const found = exchange(SERVING, query);
      const delay = first === "slow" ? 100 : 0;
      if (first === "held" && found.kind === "response") {
        held.add(() => response.writeHead(200).end(found.message));
        return;
      }
      response.on("finish", () => {
        for (const answer of held) answer();
        held.clear();
      });
      if (first === "reset") request.socket.destroy();
      else if (first === "broken") response.writeHead(503).end();
      else if (found.kind === "response") setTimeout(() => response.writeHead(200).end(found.message), delay);
      else response.writeHead(400).end();
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

let doh: Server;
let server: DnsServer;

beforeAll(async () => {
  doh = await fakeDoh();
  const upstream = `http://127.0.0.1:${(doh.address() as AddressInfo).port}/dns-query`;
  server = await startDnsServer({ host: "127.0.0.1", port: 0, upstream, frontToken: "t" });
});

afterAll(async () => {
  await server.close();
  doh.closeAllConnections();
  doh.close();
});

function overUdp(...queries: readonly Uint8Array[]): Promise<DecodedMessage> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    const timer = setTimeout(() => reject(new Error("no datagram came")), 2000);
    socket.once("message", (message) => {
      clearTimeout(timer);
      socket.close();
      resolve({ ...read(message), octets: message.length } as DecodedMessage);
    });
    for (const query of queries) socket.send(query, server.port, "127.0.0.1");
  });
}

function framed(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message]);
}

/** All messages until the server ends the connection, or `count` of them. */
function readTcp(socket: Socket, count: number): Promise<readonly DecodedMessage[]> {
  return new Promise((resolve) => {
    let unread = Buffer.alloc(0);
    const messages: DecodedMessage[] = [];
    socket.on("data", (chunk) => {
      unread = Buffer.concat([unread, chunk]);
      while (unread.length >= 2 && unread.length >= 2 + unread.readUInt16BE(0)) {
        const end = 2 + unread.readUInt16BE(0);
        messages.push(read(unread.subarray(2, end)));
        unread = unread.subarray(end);
      }
      if (messages.length >= count) resolve(messages);
    });
    socket.on("close", () => resolve(messages));
  });
}

const open = (): Socket => connect({ port: server.port, host: "127.0.0.1" });
const WEB = "web.shop.svc.cluster.local";
const MANY = "many.db.svc.cluster.local";

describe("UDP", () => {
  test("a query is answered", async () => {
    expect(await overUdp(queryFor(WEB, "A", { id: 77 }))).toMatchObject({ id: 77, answers: [{ data: "10.96.0.10" }] });
  });

  test("more than 512 octets are cut off without EDNS, with TC", async () => {
    expect(await overUdp(queryFor(MANY, "A"))).toMatchObject({ flag_tc: true, answers: [] });
  });

  test("EDNS makes room", async () => {
    const answer = await overUdp(queryFor(MANY, "A", { edns: { udpPayloadSize: 4096 } }));
    expect(answer).toMatchObject({ flag_tc: false, answers: { length: 200 }, additionals: [{ type: "OPT" }] });
  });

  test("what is no query is passed over, and the next one is answered", async () => {
    const response = queryFor(WEB, "A");
    response[2] = 0x81;
    expect(await overUdp(hex("12"), hex(""), response, queryFor(WEB, "AAAA", { id: 5 }))).toMatchObject({ id: 5 });
  });

  test("a malformed query is FORMERR", async () => {
    expect(await overUdp(hex("beef 0100 0001 0000 0000 0000 c0ff"))).toMatchObject({ id: 0xbeef, rcode: "FORMERR" });
  });

  test.each(["broken", "reset"])("a failure behind it (%s) is SERVFAIL", async (label) => {
    expect(await overUdp(queryFor(`${label}.svc.cluster.local`, "A"))).toMatchObject({ rcode: "SERVFAIL" });
  });
});

describe("HTTP/2 on the DNS port", () => {
  test("a client that begins with it is answered by the DNS over HTTPS behind", async () => {
    const session = connectHttp2(`http://127.0.0.1:${server.port}`);
    const ask = (id: number): Promise<Buffer> =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ":method": "POST", ":path": "/dns-query" });
        stream.on("error", reject).on("response", () => void buffer(stream).then(resolve, reject));
        stream.end(queryFor(WEB, "A", { id }));
      });
    const answers = await Promise.all([1, 2, 3].map(ask));
    session.close();
    expect(answers.map(read)).toMatchObject([1, 2, 3].map((id) => ({ id, answers: [{ data: "10.96.0.10" }] })));
  });

  test("its preface may come in pieces", async () => {
    const socket = open();
    socket.setNoDelay(true);
    const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    for (const octet of preface) await new Promise((resolve) => socket.write(Buffer.of(octet), resolve));
    // An empty SETTINGS frame (RFC 9113 §6.5); the server's own comes back.
    socket.write(Buffer.from("000000040000000000", "hex"));
    const [frame] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    expect(frame[3]).toBe(4);
  });

  test("what only begins like it is DNS: an incomplete message, and its connection ends with it", async () => {
    const socket = open();
    socket.end("PRI * HTTP/2.0\r\n");
    expect(await readTcp(socket, 1)).toEqual([]);
  });
});

describe("TCP", () => {
  test("a large answer comes whole", async () => {
    const socket = open();
    socket.write(framed(queryFor(MANY, "A")));
    expect(await readTcp(socket, 1)).toMatchObject([{ flag_tc: false, answers: { length: 200 } }]);
    socket.destroy();
  });

  test("a thousand queries are pipelined, and a slow one holds up no other", async () => {
    const socket = open();
    const slow = queryFor("held.svc.cluster.local", "A", { id: 1 });
    const others = Array.from({ length: 1_000 }, (_, i) => queryFor(WEB, "A", { id: i + 2 }));
    socket.write(Buffer.concat([slow, ...others].map(framed)));
    const ids = (await readTcp(socket, 1_001)).map(({ id }) => id);
    expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_001 }, (_, i) => i + 1));
    expect(ids[0]).not.toBe(1);
    socket.destroy();
  });

  test("clients that never finish a message hold up no other", async () => {
    const halves = Array.from({ length: 100 }, () => {
      const socket = open();
      socket.on("error", () => {});
      socket.write(framed(queryFor(WEB, "A")).subarray(0, 20));
      return socket;
    });
    await Promise.all(halves.map((socket) => once(socket, "connect")));
    const socket = open();
    socket.write(framed(queryFor(WEB, "A", { id: 9 })));
    expect(await readTcp(socket, 1)).toMatchObject([{ id: 9 }]);
    for (const one of [socket, ...halves]) one.destroy();
  });

  test("a message may come octet by octet", async () => {
    const socket = open();
    const received = readTcp(socket, 1);
    for (const octet of framed(queryFor(WEB, "A", { id: 9 }))) {
      socket.write(Buffer.of(octet));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await received).toMatchObject([{ id: 9 }]);
    socket.destroy();
  });

  test("a client that ends its side gets its answers still, and then the end", async () => {
    const socket = open();
    socket.end(Buffer.concat([framed(queryFor("slow.svc.cluster.local", "A")), framed(queryFor(WEB, "A"))]));
    expect(await readTcp(socket, Infinity)).toHaveLength(2);
  });

  test("a message without a header ends the connection, and only that", async () => {
    const socket = open();
    socket.write(framed(hex("1234")));
    expect(await readTcp(socket, 1)).toEqual([]);
    const next = open();
    next.write(framed(queryFor(WEB, "A")));
    expect(await readTcp(next, 1)).toHaveLength(1);
    next.destroy();
  });

  test("a client that breaks off is forgotten", async () => {
    const socket = open();
    socket.write(framed(queryFor("held.svc.cluster.local", "A")), () => socket.resetAndDestroy());
    await once(socket, "close");
    expect(await overUdp(queryFor(WEB, "A"))).toMatchObject({ rcode: "NOERROR" });
  });
});

test("a port in use is told of in plain words", async () => {
  const other = createTcpServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  await expect(
    startDnsServer({ host: "127.0.0.1", port, upstream: "http://127.0.0.1:1/", frontToken: "t" }),
  ).rejects.toThrow(`cannot serve DNS on 127.0.0.1:${port}: it is in use by another program`);
  other.close();
});

test("closing gives the port free, with connections open", async () => {
  const first = await startDnsServer({ host: "127.0.0.1", port: 0, upstream: "http://127.0.0.1:1/", frontToken: "t" });
  const socket = connect({ port: first.port, host: "127.0.0.1" });
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.on("error", () => {});
  await first.close();
  const second = await startDnsServer({
    host: "127.0.0.1",
    port: first.port,
    upstream: "http://127.0.0.1:1/",
    frontToken: "t",
  });
  await second.close();
});

const run = promisify(execFile);
const hasDig = await run("dig", ["-v"]).then(
  () => true,
  () => false,
);

async function dig(...words: readonly string[]): Promise<string> {
  return (await run("dig", ["@127.0.0.1", "-p", String(server.port), "+tries=1", ...words])).stdout;
}

describe.skipIf(!hasDig)("dig", () => {
  test.each([
    ["an address", [WEB, "A", "+short"], "10.96.0.10"],
    ["an address over TCP", [WEB, "A", "+short", "+tcp"], "10.96.0.10"],
    ["ports", [`_http._tcp.${WEB}`, "SRV", "+short"], `0 100 80 ${WEB}.`],
    ["the name of an address", ["-x", "10.96.0.10", "+short"], `${WEB}.`],
    ["the name of an IPv6 address", ["-x", "fd00:10:96::c", "+short"], "six.shop.svc.cluster.local."],
    ["the version", ["dns-version.cluster.local", "TXT", "+short"], '"1.1.0"'],
  ])("%s", async (_sentence, words, expected) => {
    expect((await dig(...words)).trim()).toBe(expected);
  });

  test("an answer that is too large is asked for again over TCP", async () => {
    expect((await dig(MANY, "A", "+short", "+noedns")).trim().split("\n")).toHaveLength(200);
  });

  test("it finds nothing to warn about", async () => {
    const output = await dig("nothing.shop.svc.cluster.local", "A", "+norecurse", "+nocookie");
    expect(output).toContain("status: NXDOMAIN");
    expect(output).toContain("flags: qr aa;");
    expect(output).not.toMatch(/malformed|mismatch|extra bytes|not available/i);
  });
});

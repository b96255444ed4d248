/** Clients of the DNS that send an octet at a time, stop half way, or do not read: they hold up no other, and are cut off as by CoreDNS. */
import { once } from "node:events";
import { connect as connectHttp2, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { cleanUp, FREE_PORTS, wherryUp } from "./process.ts";

let addresses: ReadyAddresses;
let ca: Buffer;
const opened = new Set<Socket | ClientHttp2Session>();

beforeAll(async () => {
  addresses = await wherryUp([...FREE_PORTS, "--ephemeral"]).ready();
  ca = readFileSync(addresses.caFile);
  await applyManifest(createKubeClient(addresses.api), JSON.stringify(manyEndpoints()));
});
afterAll(async () => {
  for (const one of opened) one.destroy();
  await cleanUp();
});

/** A headless Service whose answer takes some 16 KB. */
function manyEndpoints(): unknown {
  const metadata = { name: "many", namespace: "default" };
  const spec = { clusterIP: "None", ports: [{ name: "p", port: 80 }] };
  const slices = Array.from({ length: 10 }, (_, i) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...metadata, name: `many-${i}`, labels: { "kubernetes.io/service-name": "many" } },
    addressType: "IPv4",
    ports: [{ name: "p", port: 80 }],
    endpoints: Array.from({ length: 100 }, (_, j) => ({ addresses: [`172.30.${i}.${j}`] })),
  }));
  return { apiVersion: "v1", kind: "List", items: [{ apiVersion: "v1", kind: "Service", metadata, spec }, ...slices] };
}

/** A question for the A records of a name in `default.svc.cluster.local`. */
function queryFor(service: string): Buffer {
  const labels = `${service}.default.svc.cluster.local`
    .split(".")
    .flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
}

const QUERY = queryFor("kubernetes");
/** What every answer to it ends with: the address. */
const ADDRESS = Buffer.from([10, 96, 0, 1]);
const FRAMED = Buffer.concat([Buffer.of(0, QUERY.length), QUERY]);
const POST = Buffer.concat([
  Buffer.from(
    `POST /dns-query HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/dns-message\r\ncontent-length: ${QUERY.length}\r\n\r\n`,
  ),
  QUERY,
]);

async function keep<T extends Socket>(socket: T, event: string): Promise<T> {
  opened.add(socket);
  socket.setNoDelay(true);
  await once(socket, event);
  // Being cut off may come as a reset.
  socket.on("error", () => {});
  return socket;
}

const place = (url: string): { host: string; port: number } => ({
  host: new URL(url).hostname,
  port: Number(new URL(url).port),
});

interface Way {
  /** One whole exchange, as a client sends it. */
  readonly octets: Buffer;
  readonly open: () => Promise<Socket>;
}

const WAYS: readonly (readonly [string, Way])[] = [
  ["DNS over TCP", { octets: FRAMED, open: () => keep(connect(place(`http://${addresses.dns}`)), "connect") }],
  ["HTTP/1.1", { octets: POST, open: () => keep(connect(place(addresses.doh)), "connect") }],
  [
    "HTTP/1.1 over TLS",
    { octets: POST, open: () => keep(connectTls({ ...place(addresses.dohTls), ca }), "secureConnect") },
  ],
];

/** Until the address has come; rejects when the connection ends before. */
async function answered(socket: Socket): Promise<void> {
  let got = Buffer.alloc(0);
  for await (const chunk of socket) {
    got = Buffer.concat([got, chunk as Buffer]);
    if (got.includes(ADDRESS)) return;
  }
  throw new Error(`the connection ended after ${JSON.stringify(got.toString("latin1"))}`);
}

async function ask({ open, octets }: Way): Promise<void> {
  const socket = await open();
  socket.write(octets);
  await answered(socket);
}

/** Resolves when the server has ended the connection. What it says before does not matter. */
const cutOff = (socket: Socket): Promise<unknown> => once(socket.resume(), "close");

describe.each(WAYS)("%s", (_name, way) => {
  test("a question that comes an octet at a time is answered", async () => {
    const socket = await way.open();
    const answer = answered(socket);
    for (const octet of way.octets) await new Promise((resolve) => socket.write(Buffer.of(octet), resolve));
    await answer;
  });

  test.each([
    ["after one octet", 1],
    ["in the middle", 30],
    ["before the last octet", -1],
  ])("three hundred clients that stop %s hold up no other", async (_where, end) => {
    const halves = await Promise.all(Array.from({ length: 300 }, () => way.open()));
    for (const half of halves) half.write(way.octets.subarray(0, end));
    await ask(way);
    // Nor has the newest been given up for that.
    const last = halves.at(-1);
    if (last === undefined) throw new Error("there are none");
    last.write(way.octets.subarray(end));
    await answered(last);
    for (const half of halves) half.destroy();
  });
});

describe.concurrent.each(WAYS.filter(([name]) => name !== "HTTP/1.1"))("%s: in time", (_name, way) => {
  test.each([
    ["says nothing", 0],
    ["stops after one octet", 1],
    ["stops before the last one", -1],
  ])("a client that %s is cut off", async (_where, end) => {
    const socket = await way.open();
    if (end !== 0) socket.write(way.octets.subarray(0, end));
    await cutOff(socket);
  });

  test("a client whose octets trickle in is cut off before the last", async () => {
    const socket = await way.open();
    const end = cutOff(socket);
    let sent = 0;
    while (!socket.destroyed && !socket.readableEnded && sent < way.octets.length) {
      socket.write(way.octets.subarray(sent, ++sent));
      await sleep(500);
    }
    await end;
    expect(sent).toBeLessThan(way.octets.length);
  });

  test("so is one that stops in its second question", async () => {
    const socket = await way.open();
    socket.write(way.octets);
    await once(socket, "data");
    socket.write(way.octets.subarray(0, 5));
    await cutOff(socket);
  });
});

test("DNS over TCP: a quiet connection is kept for longer than a first question may take", async () => {
  const [, way] = WAYS[0] ?? [];
  if (way === undefined) throw new Error("there is no such way");
  const socket = await way.open();
  socket.write(way.octets);
  await once(socket, "data");
  const silent = await way.open();
  await cutOff(silent);
  socket.write(way.octets);
  await answered(socket);
});

describe.each([
  ["HTTP/2 over TLS", () => connectHttp2(new URL(addresses.dohTls).origin, { ca })],
  ["HTTP/2 on the DNS port", () => connectHttp2(`http://${addresses.dns}`)],
])("%s", (_name, begin) => {
  const open = (): ClientHttp2Session => {
    const session = begin();
    opened.add(session);
    session.on("error", () => {});
    return session;
  };
  const post = (session: ClientHttp2Session): ClientHttp2Stream => {
    const stream = session.request({
      ":method": "POST",
      ":path": "/dns-query",
      "content-type": "application/dns-message",
    });
    stream.on("error", () => {});
    return stream;
  };
  const statusOf = async (stream: ClientHttp2Stream): Promise<number | undefined> => {
    const [headers] = (await once(stream, "response")) as [{ readonly ":status"?: number }];
    stream.resume();
    return headers[":status"];
  };

  test("hundreds of streams that stop half way hold up no other, and are told that they were late", async () => {
    const halves = Array.from({ length: 3 }, open).flatMap((session) =>
      Array.from({ length: 100 }, () => post(session)),
    );
    const statuses: (number | undefined)[] = [];
    const late = Promise.all(halves.map(async (half) => statuses.push(await statusOf(half))));
    for (const half of halves) half.write(QUERY.subarray(0, 20));
    const stream = post(open());
    stream.end(QUERY);
    expect(await statusOf(stream)).toBe(200);
    expect(statuses.length).toBeLessThan(halves.length);
    await late;
    expect(new Set(statuses)).toEqual(new Set([408]));
  });

  test("streams whose answers are not read hold up no other, and are reset", async () => {
    const sessions = Array.from({ length: 3 }, open);
    // What a window has no room for stays with the server.
    for (const session of sessions) session.settings({ initialWindowSize: 0 });
    await Promise.all(sessions.map((session) => once(session, "localSettings")));
    const unread = sessions.flatMap((session) => Array.from({ length: 100 }, () => post(session)));
    const resets = Promise.all(unread.map((one) => once(one, "close")));
    for (const one of unread) one.end(queryFor("many"));
    const stream = post(open());
    stream.end(QUERY);
    expect(await statusOf(stream)).toBe(200);
    expect(unread.filter(({ closed }) => closed)).toEqual([]);
    await resets;
    expect(new Set(unread.map(({ rstCode }) => rstCode))).toEqual(new Set([8]));
  });
});

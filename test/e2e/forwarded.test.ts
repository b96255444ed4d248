/** What a backend is told of a request, by every socket: nothing that is of the connection only, and no client's word for what others saw. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exposeEverywhere, type Front, type FrontName } from "./fronts.ts";
import { cleanUp, FREE_PORTS, wherryUp } from "./process.ts";
import { rawBackend, say, type RawBackend } from "./raw-http.ts";
import { sayHttp2, type Field, type RawStream } from "./raw-http2.ts";

let backend: RawBackend;
let fronts: Record<FrontName, Front>;

beforeAll(async () => {
  backend = await rawBackend();
  const addresses = await wherryUp([...FREE_PORTS, "--ephemeral"]).ready();
  fronts = await exposeEverywhere(addresses, { name: "told", url: backend.url });
});
afterAll(async () => {
  await backend.close();
  await cleanUp();
});

const NAMES = ["the proxy", "a NodePort", "a load balancer", "the ingress", "the ingress over TLS"] as const;
const INGRESSES: readonly FrontName[] = ["the ingress", "the ingress over TLS"];

let made = 0;

/** The headers that arrive, by name; repeated ones with all their values. */
async function told(front: Front, fields: readonly string[]): Promise<Map<string, readonly string[]>> {
  const path = `/told-${made++}`;
  const { responses } = await say(
    front,
    [`GET ${path} HTTP/1.1`, `Host: ${front.authority}`, ...fields, "", ""].join("\r\n"),
  );
  expect(responses[0]?.line).toBe("HTTP/1.1 200 OK");
  const [request, ...more] = backend.requests.filter(({ line }) => line.includes(`${path} `));
  expect([request?.line, more]).toEqual([`GET ${path} HTTP/1.1`, []]);
  const byName = new Map<string, string[]>();
  for (const [name, value] of request?.headers ?? []) byName.set(name, [...(byName.get(name) ?? []), value]);
  return byName;
}

const SPOOFED = [
  "X-Forwarded-For: 192.0.2.66",
  "X-Forwarded-Host: evil.test",
  "X-Forwarded-Proto: gopher",
  "Forwarded: for=192.0.2.66;host=evil.test",
  "X-Real-IP: 192.0.2.66",
  "X-Forwarded-Port: 6666",
  "CF-Connecting-IP: 192.0.2.66",
];

describe.each(NAMES)("through %s", (name) => {
  test("a header that Connection names stays behind, its neighbours do not", async () => {
    const headers = await told(fronts[name], ["Connection: x-hop, close", "X-Hop: 1", "X-Stays: 1"]);
    expect([headers.has("x-hop"), headers.get("x-stays"), headers.has("connection")]).toEqual([false, ["1"], false]);
  });

  test("Connection cannot take out where a request goes, nor what this side says of it", async () => {
    const named = "host, content-length, x-forwarded-for, x-forwarded-host, x-forwarded-proto, forwarded, x-real-ip";
    const headers = await told(fronts[name], [`Connection: ${named}, wherry-arrival, wherry-front, wherry-hops`]);
    expect(headers.get("host")).toEqual([new URL(backend.url).host]);
    expect(headers.get("x-forwarded-host")).toEqual([fronts[name].authority]);
    expect(headers.get("forwarded")?.join(", ")).toContain(`host="${fronts[name].authority}"`);
    if (name !== "the proxy") expect(headers.get("x-forwarded-for")).toEqual(["127.0.0.1"]);
  });

  test("what is of one connection stays behind, named or not", async () => {
    const headers = await told(fronts[name], [
      "Connection: keep-alive, Upgrade, HTTP2-Settings",
      "Keep-Alive: timeout=5",
      "Proxy-Connection: keep-alive",
      "TE: trailers",
      "Trailer: X-T",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABk",
    ]);
    const hops = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "http2-settings"];
    expect(hops.filter((hop) => headers.has(hop))).toEqual([]);
  });

  test("a client's own word for host and scheme counts for nothing, and for its address never last", async () => {
    const headers = await told(fronts[name], SPOOFED);
    const scheme = name === "the ingress over TLS" ? "https" : "http";
    expect(headers.get("x-forwarded-host")).toEqual([fronts[name].authority]);
    expect(headers.get("x-forwarded-proto")).toEqual([scheme]);
    const way = headers.get("forwarded") ?? [];
    const node = name === "the proxy" ? "unknown" : "127.0.0.1";
    expect(way.at(-1)).toBe(`for=${node};host="${fronts[name].authority}";proto=${scheme}`);
    const addresses = headers.get("x-forwarded-for") ?? [];
    // The router adds to what is there, as any proxy on the way; nobody knows who is at the proxy's socket.
    if (name === "the proxy") expect(addresses).toEqual(["192.0.2.66"]);
    else expect(addresses.at(-1)).toBe("127.0.0.1");
    if (!INGRESSES.includes(name)) return;
    // This is where the cluster begins: what came before counts for nothing.
    expect([way.length, addresses, headers.get("x-real-ip")]).toEqual([1, ["127.0.0.1"], ["127.0.0.1"]]);
    expect(headers.get("x-forwarded-port")).toEqual([scheme === "https" ? "443" : "80"]);
  });

  test("a header with an underscore passes, but not the ingress: programs take it for the one with a dash", async () => {
    const headers = await told(fronts[name], ["X_Forwarded_For: 192.0.2.66", "X-Forwarded_For: 192.0.2.66"]);
    expect(headers.has("x_forwarded_for") || headers.has("x-forwarded_for")).toBe(!INGRESSES.includes(name));
  });

  test("what is meant for the router goes no further, and a client's word does not become the router's", async () => {
    // Whoever speaks to the proxy may say where from; see the router's README.
    const arrival = name === "the proxy" ? [] : ["Wherry-Arrival: to=127.0.0.1:1 from=192.0.2.66 external"];
    const headers = await told(fronts[name], [
      ...arrival,
      "Wherry-Front: guess",
      "Wherry-Debug: 1",
      "Proxy-Authorization: Basic ZGVmYXVsdDo=",
    ]);
    const ours = [...headers.keys()].filter((key) => key.startsWith("wherry-") || key === "proxy-authorization");
    expect(ours.filter((key) => key !== "wherry-front")).toEqual(["wherry-hops"]);
    expect([...headers.values()].flat().filter((value) => value.includes("192.0.2.66"))).toEqual([]);
  });
});

/** The fields of a plain request, with these in their places or behind them. */
function fieldsFor(path: string, changes: readonly Field[]): Field[] {
  const plain: Field[] = [
    [":method", "GET"],
    [":scheme", "https"],
    [":authority", "told.test"],
    [":path", path],
  ];
  const changed = plain.map(([name, value]): Field => [name, changes.find(([key]) => key === name)?.[1] ?? value]);
  return [...changed, ...changes.filter(([name]) => !plain.some(([key]) => key === name))];
}

const HIDDEN = "\r\n\r\nGET /hidden HTTP/1.1\r\nHost: told.test\r\n\r\n";

describe("by HTTP/2", () => {
  test.each<[name: string, changes: readonly Field[], rest: Partial<RawStream>, outcome: string]>([
    ["a plain request passes", [], {}, "200 GET"],
    ["a body passes", [[":method", "POST"]], { body: "hello" }, "200 POST hello"],
    [
      "a body of the length that is told passes",
      [
        [":method", "POST"],
        ["content-length", "5"],
      ],
      { body: "hello" },
      "200 POST hello",
    ],
    ["trailers end here", [[":method", "POST"]], { body: "hello", trailers: [["x-t", "1"]] }, "200 POST hello"],
    [
      "a body longer than is told is refused",
      [
        [":method", "POST"],
        ["content-length", "1"],
      ],
      { body: `a${HIDDEN}` },
      "refused",
    ],
    [
      "a body shorter than is told is refused",
      [
        [":method", "POST"],
        ["content-length", "50"],
      ],
      { body: "a" },
      "refused",
    ],
    [
      "two lengths are refused",
      [
        [":method", "POST"],
        ["content-length", "5"],
        ["content-length", "6"],
      ],
      { body: "hello" },
      "refused",
    ],
    [
      "a length that is no number is refused",
      [
        [":method", "POST"],
        ["content-length", "+5"],
      ],
      { body: "hello" },
      "refused",
    ],
    [
      "a transfer coding is refused",
      [
        [":method", "POST"],
        ["transfer-encoding", "chunked"],
      ],
      { body: `0${HIDDEN}` },
      "refused",
    ],
    ["a header of the connection is refused", [["connection", "x-hop"]], {}, "refused"],
    ["an upgrade is refused", [["upgrade", "websocket"]], {}, "refused"],
    ["te other than trailers is refused", [["te", "gzip"]], {}, "refused"],
    ["a line break in a value: the field is left out", [["x-a", `b${HIDDEN}`]], {}, "200 GET"],
    ["a bare LF in a value: the field is left out", [["x-a", "b\nx-evil: 1"]], {}, "200 GET"],
    ["a NUL in a value: the field is left out", [["x-a", "b\0c"]], {}, "200 GET"],
    ["a line break in a name: the field is left out", [["x-a: b\r\nx-evil", "1"]], {}, "200 GET"],
    ["a colon in a name: the field is left out", [["x-a:", "1"]], {}, "200 GET"],
    ["a blank in a name: the field is left out", [["x a", "1"]], {}, "200 GET"],
    ["a capital in a name is refused", [["X-A", "1"]], {}, "refused"],
    ["an empty name: the field is left out", [["", "1"]], {}, "200 GET"],
    ["a line break in the path is refused", [[":path", `/a HTTP/1.1${HIDDEN}`]], {}, "refused"],
    ["a blank in the path is refused", [[":path", "/a b"]], {}, "refused"],
    ["an empty path is refused", [[":path", ""]], {}, "refused"],
    ["a whole URL for a path is refused", [[":path", "http://other.test/"]], {}, "refused"],
    ["a line break in the method is refused", [[":method", `GET / HTTP/1.1${HIDDEN}`]], {}, "refused"],
    ["a line break in the authority is refused", [[":authority", `told.test${HIDDEN}`]], {}, "refused"],
    ["a user in the authority is refused", [[":authority", "me@told.test"]], {}, "refused"],
    ["a Host that is the authority passes", [["host", "told.test"]], {}, "200 GET"],
    ["a Host other than the authority is refused", [["host", "other.test"]], {}, "400"],
    [
      "a second path is refused",
      [
        ["x-a", "1"],
        [":path ", "/b"],
      ],
      {},
      "refused",
    ],
    ["an unknown pseudo-header is refused", [[":evil", "1"]], {}, "refused"],
    ["CONNECT is refused with a reason", [[":method", "CONNECT"]], {}, "refused"],
  ])("%s", async (_name, changes, rest, outcome) => {
    const path = `/h2-${made++}`;
    const status = await sayHttp2(fronts["the ingress over TLS"], { fields: fieldsFor(path, changes), ...rest });
    const got = backend.requests.filter(({ line }) => line.includes(`${path} `));
    const shown = got.map(({ line, body }) => ` ${line.split(" ", 1)[0]}${body === "" ? "" : ` ${body}`}`);
    expect(`${status}${shown.join(" +")}`).toBe(outcome);
    const mine = got.flatMap(({ headers }) => headers.filter(([name]) => /^(?:x-?a|x-evil|)$/.test(name)));
    expect(mine).toEqual([]);
  });

  test("nothing that was hidden in a request has arrived", () => {
    expect(backend.requests.filter(({ line }) => line.includes("hidden"))).toEqual([]);
    expect(backend.strays.filter((stray) => !stray.startsWith("cut short"))).toEqual([]);
  });
});

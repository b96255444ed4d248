/**
 * Requests that two readers could read in two ways, byte by byte through every socket. A backend that keeps what arrives sees what was meant,
 * once, or nothing: never a request that its client has hidden in another.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exposeEverywhere, NODE_FRONTS, type Front, type FrontName } from "./fronts.ts";
import { cleanUp, FREE_PORTS, wherryUp } from "./process.ts";
import { rawBackend, say, statusOf, type RawBackend, type RawMessage } from "./raw-http.ts";

let backend: RawBackend;
let fronts: Record<FrontName, Front>;

beforeAll(async () => {
  backend = await rawBackend();
  const addresses = await wherryUp([...FREE_PORTS, "--ephemeral"]).ready();
  fronts = await exposeEverywhere(addresses, { name: "raw", url: backend.url });
});
afterAll(async () => {
  await backend.close();
  await cleanUp();
});

const NAMES = ["the proxy", "a NodePort", "a load balancer", "the ingress", "the ingress over TLS"] as const;

/** What a case is written with: the Host that leads to the backend, and a path of its own; `next` is a request that may follow. */
interface At {
  readonly host: string;
  readonly path: string;
  readonly next: string;
}

type Write = (at: At) => string;

const head = (line: string, host: string, fields: readonly string[]): string =>
  [line, `Host: ${host}`, ...fields, "", ""].join("\r\n");
const get =
  (fields: readonly string[], after: (at: At) => string = () => ""): Write =>
  (at) =>
    head(`GET ${at.path} HTTP/1.1`, at.host, fields) + after(at);
const post =
  (fields: readonly string[], body: string | ((at: At) => string)): Write =>
  (at) =>
    head(`POST ${at.path} HTTP/1.1`, at.host, fields) + (typeof body === "string" ? body : body(at));
/** A head whose first line is `line`; `/` in it is the case's path. */
const line =
  (text: (at: At) => string): Write =>
  (at) =>
    `${text(at)}\r\n\r\n`;

const CHUNKED = "Transfer-Encoding: chunked";
const HELLO = "5\r\nhello\r\n0\r\n\r\n";
const EMPTY = "0\r\n\r\n";
const WEBSOCKET = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/**
 * Statuses, and what the backend got: `200: POST hello`. `+` stands for a request more that the client wrote behind the first, which every reader takes for one.
 * `x`: the connection was closed. Two outcomes: workerd's, then Node's.
 */
type Case = readonly [name: string, write: Write, outcome: string, ofNode?: string];

const FRAMING: readonly Case[] = [
  ["a length", post(["Content-Length: 5"], "hello"), "200: POST hello"],
  ["chunks", post([CHUNKED], HELLO), "200: POST hello"],
  ["no length and no body", post([], ""), "200: POST"],
  ["no length, so that the rest is a request", post([], (at) => at.next), "200 200: POST + GET"],
  ["a length shorter than chunks", post(["Content-Length: 6", CHUNKED], "0\r\n\r\nG"), "200x: POST", "400x"],
  [
    "a length over chunks and a request",
    post(["Content-Length: 60", CHUNKED], (at) => EMPTY + at.next),
    "200x: POST",
    "400x",
  ],
  ["chunks before a length", post([CHUNKED, "Content-Length: 4"], HELLO), "200x: POST hello", "400x"],
  ["coding identity", post(["Transfer-Encoding: identity", "Content-Length: 5"], "hello"), "400x"],
  ["coding chunked, identity", post(["Transfer-Encoding: chunked, identity", "Content-Length: 5"], EMPTY), "400x"],
  ["coding identity, chunked", post(["Transfer-Encoding: identity, chunked"], HELLO), "501", "501x"],
  ["coding gzip, chunked", post(["Transfer-Encoding: gzip, chunked"], HELLO), "501", "501x"],
  ["coding gzip alone", post(["Transfer-Encoding: gzip"], "hello"), "400x", "501x"],
  ["coding xchunked", post(["Transfer-Encoding: xchunked", "Content-Length: 5"], EMPTY), "400x"],
  ["coding chunked in quotes", post(['Transfer-Encoding: "chunked"', "Content-Length: 5"], EMPTY), "400x"],
  ["coding chunked after a tab", post(["Transfer-Encoding:\tchunked"], HELLO), "200: POST hello"],
  ["coding chunked after two blanks", post(["Transfer-Encoding:  chunked"], HELLO), "200: POST hello"],
  ["coding chunked after a vertical tab", post(["Transfer-Encoding: \x0bchunked"], EMPTY), "400x"],
  ["coding chunked with a blank before its colon", post(["Transfer-Encoding : chunked"], EMPTY), "400x"],
  ["coding chunked on a folded line", post(["Transfer-Encoding:\r\n chunked", "Content-Length: 5"], EMPTY), "400x"],
  ["coding CHUNKED in capitals", post(["TRANSFER-ENCODING: CHUNKED"], HELLO), "200: POST hello"],
  ["coding chunked twice", post([CHUNKED, CHUNKED], HELLO), "501", "400x"],
  ["coding chunked, chunked", post(["Transfer-Encoding: chunked, chunked"], HELLO), "501", "400x"],
  ["two codings that differ", post([CHUNKED, "Transfer-Encoding: identity"], EMPTY), "400x"],
  [
    "coding chunked behind a bare LF",
    post(["X-A: b\nTransfer-Encoding: chunked", "Content-Length: 5"], (at) => EMPTY + at.next),
    "200x: POST",
    "400x",
  ],
  [
    "a coding with an underscore, which is none",
    post(["Transfer_Encoding: chunked", "Content-Length: 2"], "hi"),
    "200: POST hi",
  ],
  ["two lengths", post(["Content-Length: 5", "Content-Length: 0"], "hello"), "400x"],
  ["two equal lengths", post(["Content-Length: 5", "Content-Length: 5"], "hello"), "200: POST hello", "400x"],
  ["a list of lengths", post(["Content-Length: 5, 6"], "hello!"), "400x"],
  ["a list of equal lengths", post(["Content-Length: 5, 5"], "hello"), "400x"],
  ["a length with a plus", post(["Content-Length: +5"], "hello"), "400x"],
  ["a negative length", post(["Content-Length: -5"], "hello"), "400x"],
  ["a length with a blank in it", post(["Content-Length: 5 5"], "hello"), "400x"],
  ["a length with a blank before its colon", post(["Content-Length : 5"], "hello"), "400x"],
  ["a length in hex", post(["Content-Length: 0x5"], "hello"), "400x"],
  ["a length with zeros before it", post(["Content-Length: 005"], "hello"), "200: POST hello"],
  ["a length with a fraction", post(["Content-Length: 5.0"], "hello"), "400x"],
  ["a length that is empty", post(["Content-Length:"], "hello"), "400x"],
  ["a length beyond 64 bits", post(["Content-Length: 18446744073709551621"], "hello"), "400x"],
  ["a GET with a length", get(["Content-Length: 5"], () => "hello"), "200: GET hello"],
  ["a GET of length 0", get(["Content-Length: 0"]), "200: GET"],
  ["a GET with chunks", get([CHUNKED], () => HELLO), "411"],
];

const CHUNKS: readonly Case[] = [
  ["an extension", post([CHUNKED], "5;a=b\r\nhello\r\n0;c\r\n\r\n"), "200: POST hello"],
  ["an extension that ends with a bare LF", post([CHUNKED], "5;\nxxxx\r\nhello\r\n0\r\n\r\n"), "502x", "400x"],
  ["a blank after the size", post([CHUNKED], "5 \r\nhello\r\n0\r\n\r\n"), "200: POST hello", "400x"],
  ["a size with 0x", post([CHUNKED], "0x5\r\nhello\r\n0\r\n\r\n"), "502x", "400x"],
  ["a size with a plus", post([CHUNKED], "+5\r\nhello\r\n0\r\n\r\n"), "502x", "400x"],
  ["a negative size", post([CHUNKED], "-5\r\nhello\r\n0\r\n\r\n"), "502x", "400x"],
  ["no size", post([CHUNKED], "\r\nhello\r\n0\r\n\r\n"), "502x", "400x"],
  ["a size beyond 64 bits", post([CHUNKED], "10000000000000005\r\nhello\r\n0\r\n\r\n"), "502x", "400x"],
  ["bare LFs", post([CHUNKED], "5\nhello\n0\n\n"), "502x", "400x"],
  ["more bytes than its size", post([CHUNKED], "5\r\nhelloXX0\r\n\r\n"), "502x", "400x"],
  ["a bare LF at its end", post([CHUNKED], "5\r\nhello\n0\r\n\r\n"), "502x", "400x"],
  ["a trailer", post([CHUNKED, "Trailer: X-T"], "5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n"), "200: POST hello"],
  ["a Host as trailer", post([CHUNKED], "5\r\nhello\r\n0\r\nHost: evil.test\r\n\r\n"), "200: POST hello"],
  [
    "a length as trailer",
    post([CHUNKED], (at) => `5\r\nhello\r\n0\r\nContent-Length: 50\r\n\r\n${at.next}`),
    "200 200: POST hello + GET",
    "400x",
  ],
];

const HEADS: readonly Case[] = [
  ["bare LFs for line ends", (at) => `GET ${at.path} HTTP/1.1\nHost: ${at.host}\n\n`, "200: GET", "400x"],
  ["bare CRs for line ends", (at) => `GET ${at.path} HTTP/1.1\rHost: ${at.host}\r\r\n\r\n`, "400x"],
  ["a bare CR in a value", get(["X-A: one\rX-B: two"]), "400x"],
  ["a NUL in a value", get(["X-A: one\0two"]), "400x"],
  ["a NUL in a name", get(["X\0A: one"]), "400x"],
  ["a folded line", get(["X-A: one\r\n two"]), "400x"],
  ["a folded first line", (at) => `GET ${at.path} HTTP/1.1\r\n X: y\r\nHost: ${at.host}\r\n\r\n`, "400x"],
  ["a name with a blank", get(["X A: one"]), "400x"],
  ["a name with a blank at its end", get(["X-A : one"]), "400x"],
  ["a name that is empty", get([": one"]), "400x"],
  ["a name with a bracket", get(["X(A): one"]), "400x"],
  ["a name that is not ASCII", get(["X-\xe9: one"]), "400x"],
  ["a name with an underscore", get(["X_A: one"]), "200: GET"],
  ["a name of a megabyte", get([`X-${"a".repeat(1 << 20)}: 1`]), "431x"],
  ["no colon", get(["X-A"]), "400x"],
  ["a value that is not ASCII", get(["X-A: caf\xe9"]), "200: GET"],
  ["64 KB of headers", get(Array.from({ length: 64 }, (_, i) => `X-${i}: ${"a".repeat(1_000)}`)), "200: GET"],
  ["5,000 headers", get(Array.from({ length: 5_000 }, (_, i) => `X-${i}: a`)), "200: GET"],
  ["the names __proto__ and constructor", get(["__proto__: one", "constructor: two"]), "200: GET"],
  ["blank lines before it", (at) => `\r\n\r\n${get([])(at)}`, "200: GET"],
  ["two blanks in its line", line((at) => `GET  ${at.path} HTTP/1.1\r\nHost: ${at.host}`), "400x", "200: GET"],
  ["tabs in its line", line((at) => `GET\t${at.path}\tHTTP/1.1\r\nHost: ${at.host}`), "400x"],
  ["a blank in its target", line((at) => `GET ${at.path} x HTTP/1.1\r\nHost: ${at.host}`), "400x"],
  ["a CR in its target", line((at) => `GET ${at.path}\rX HTTP/1.1\r\nHost: ${at.host}`), "400x"],
  ["escaped line ends in its target", line((at) => `GET ${at.path}%0d%0aX:1 HTTP/1.1\r\nHost: ${at.host}`), "200: GET"],
  ["a target that is not ASCII", line((at) => `GET ${at.path}\xe9 HTTP/1.1\r\nHost: ${at.host}`), "400x"],
  ["a method in small letters", line((at) => `get ${at.path} HTTP/1.1\r\nHost: ${at.host}`), "501x", "400x"],
  ["HTTP/1.0", line((at) => `GET ${at.path} HTTP/1.0\r\nHost: ${at.host}`), "200x: GET"],
  ["HTTP/1.2", line((at) => `GET ${at.path} HTTP/1.2\r\nHost: ${at.host}`), "400x"],
  ["HTTP/2.0 in words", line((at) => `GET ${at.path} HTTP/2.0\r\nHost: ${at.host}`), "400x", "505x"],
  ["no version", line((at) => `GET ${at.path}`), "400x", "505x"],
  ["HTTP/2's preface without HTTP/2", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "x", "400x"],
  ["CONNECT", line((at) => `CONNECT ${at.host} HTTP/1.1\r\nHost: ${at.host}`), "500x", "405x"],
];

const HOSTS: readonly Case[] = [
  ["two Hosts", get(["Host: other.test"]), "400", "400x"],
  [
    "two Hosts, the first another",
    line((at) => `GET ${at.path} HTTP/1.1\r\nHost: other.test\r\nHost: ${at.host}`),
    "400",
    "400x",
  ],
  ["a list of Hosts", line((at) => `GET ${at.path} HTTP/1.1\r\nHost: ${at.host}, other.test`), "400", "400x"],
  ["a Host with a path", line((at) => `GET ${at.path} HTTP/1.1\r\nHost: ${at.host}/x`), "400", "400x"],
  [
    "a Host with a quote",
    line((at) => `GET ${at.path} HTTP/1.1\r\nHost: ${at.host}";for=192.0.2.1;x="`),
    "400",
    "400x",
  ],
  ["a Host with a blank", line((at) => `GET ${at.path} HTTP/1.1\r\nHost: a HTTP/1.1`), "400", "400x"],
  ["no Host", line((at) => `GET ${at.path} HTTP/1.1`), "400", "400x"],
  ["an empty Host", line((at) => `GET ${at.path} HTTP/1.1\r\nHost:`), "400"],
  [
    "a whole URL, and another Host",
    line((at) => `GET http://${at.host}${at.path} HTTP/1.1\r\nHost: other.test`),
    "200: GET",
  ],
  [
    "a whole URL with a user",
    line((at) => `GET http://a:b@${at.host}${at.path} HTTP/1.1\r\nHost: ${at.host}`),
    "200: GET",
  ],
  [
    "a URL of another scheme",
    line((at) => `GET ftp://${at.host}${at.path} HTTP/1.1\r\nHost: ${at.host}`),
    "400",
    "400x",
  ],
  ["* as target", line((at) => `OPTIONS * HTTP/1.1\r\nHost: ${at.host}\r\nX-Path: ${at.path}`), "200: OPTIONS"],
];

const CHANGES: readonly Case[] = [
  [
    "to h2c",
    get(
      ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"],
      (at) => at.next,
    ),
    "200 200: GET + GET",
  ],
  [
    "to h2c with a body, as Java's client does",
    post(
      [
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
        "Content-Length: 5",
      ],
      "hello",
    ),
    "200: POST hello",
  ],
  ["to something unheard of", get(["Connection: Upgrade", "Upgrade: foo"], (at) => at.next), "200 200: GET + GET"],
  ["to a WebSocket by POST", post([...WEBSOCKET, "Content-Length: 5"], "hello"), "200: POST hello"],
  // Whatever stands behind it is never taken for a request by Node, which leaves the connection to the two ends.
  ["to a WebSocket that the backend declines", get(WEBSOCKET, (at) => at.next), "200 200: GET + GET", "200x: GET"],
  ["without Connection", get(["Upgrade: websocket"]), "200: GET"],
  [
    "to TLS, expecting 100-continue",
    post(["Expect: 100-continue", "Connection: Upgrade", "Upgrade: TLS/1.0", CHUNKED], HELLO),
    "200: POST hello",
  ],
];

const FOLLOWING: readonly Case[] = [
  ["a GET", get([], (at) => at.next), "200 200: GET + GET"],
  ["a body", post(["Content-Length: 5"], (at) => `hello${at.next}`), "200 200: POST hello + GET"],
  ["chunks", post([CHUNKED], (at) => HELLO + at.next), "200 200: POST hello + GET"],
  [
    "a promise of 100-continue",
    post(["Expect: 100-continue", "Content-Length: 5"], (at) => `hello${at.next}`),
    "200 200: POST hello + GET",
  ],
];

let made = 0;

/** Sends a case through a front, and tells what came of it in the words of the tables. */
async function outcomeOf(front: Front, write: Write): Promise<string> {
  const path = `/case-${made++}-`;
  const { authority: host } = front;
  const next = head(`GET ${path}next HTTP/1.1`, host, []);
  const { responses, isClosed } = await say(front, write({ host, path, next }));
  const mine = backend.requests.filter(({ line: first, headers }) => `${first} ${headers.join(" ")}`.includes(path));
  const got = mine.map(shown);
  const statuses = responses.map(statusOf).join(" ");
  return `${statuses}${isClosed ? "x" : ""}${got.length === 0 ? "" : `: ${got.sort().reverse().join(" + ")}`}`;
}

const shown = ({ line: first, body }: RawMessage): string => `${first.split(" ", 1)[0]} ${body}`.trim();

describe.each(NAMES)("through %s", (name) => {
  describe.each<[string, readonly Case[]]>([
    ["a body with", FRAMING],
    ["a chunk with", CHUNKS],
    ["a head with", HEADS],
    ["a place said by", HOSTS],
    ["a change of protocol", CHANGES],
    ["a request right behind", FOLLOWING],
  ])("%s", (_, cases) => {
    // To the proxy CONNECT means something; see connect-tunnel.test.ts.
    const mine = cases.filter(([what]) => what !== "CONNECT" || name !== "the proxy");
    const full = mine.map(([what, write, ofWorkerd, ofNode = ofWorkerd]) => [what, write, ofWorkerd, ofNode] as const);
    test.each(full)("%s", async (what, write, ofWorkerd, ofNode) => {
      const outcome = await outcomeOf(fronts[name], write);
      // A TLS connection that is closed while its client still writes takes the answer along.
      const isLost = name === "the ingress over TLS" && what === "a name of a megabyte";
      expect(outcome).toBe(isLost ? "x" : NODE_FRONTS.has(name) ? ofNode : ofWorkerd);
    });
  });
});

test("nothing else has arrived than requests, and the beginnings of those that their clients broke off", () => {
  expect(backend.strays.filter((stray) => !stray.startsWith('cut short: "POST /case-'))).toEqual([]);
  expect(backend.strays.filter((stray) => stray.includes("next"))).toEqual([]);
});

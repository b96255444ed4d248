/** Ingresses as their users meet them: applied to the API, asked for with curl through the ingress socket. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKubeClient, type KubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import { toBase64 } from "../../shared/apimachinery/base64.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { configMap, ingress, secret, type IngressOptions } from "../unit/gateway/fixtures.ts";
import { backend, closeBackends, podManifest, serviceWithPod } from "./backends.ts";
import { CLI, cleanUp, eventually, FREE_PORTS, wherryUp } from "./process.ts";
import { findTool } from "./tools.ts";

const run = promisify(execFile);
const curlTool = await findTool("curl");

let addresses: ReadyAddresses;
let client: KubeClient;
/** `user:secret`, as `htpasswd -m` writes it. */
const PASSWORD_FILE = "user:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/";

const SERVICES = ["web", "canary", "api", "files"] as const;

beforeAll(async () => {
  addresses = await wherryUp([...FREE_PORTS, "--ephemeral"]).ready();
  client = createKubeClient(addresses.api);
  const login = await backend((asked, answer) => {
    const isIn = asked.headers["x-token"] === "good";
    if (Object.keys(asked.headers).some((name) => name.startsWith("wherry-") && name !== "wherry-hops")) {
      answer.writeHead(500).end();
      return;
    }
    answer.writeHead(isIn ? 200 : 401, isIn ? { "x-user": "ada" } : { "www-authenticate": "Bearer" }).end();
  });
  const slow = await backend((_, answer) => void setTimeout(() => answer.end("late"), 5_000).unref());
  const echo = await backend(
    (asked, answer) =>
      void textOf(asked).then(
        (body) => answer.end(`${body.length}`),
        () => {},
      ),
  );
  await apply('{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}');
  for (const name of SERVICES) await apply(serviceWithPod("shop", name, {}));
  await apply(serviceWithPod("shop", "slow", { service: slow.url }));
  await apply(serviceWithPod("shop", "sink", { service: echo.url }));
  for (let i = 1; i < 4; i++) await apply(JSON.stringify(podManifest("shop", `web-${i}`, "web", {})));
  await apply(JSON.stringify(stored(secret("users", { auth: PASSWORD_FILE }))));
  await apply(JSON.stringify(stored(configMap("headers", { "X-Frame-Options": "DENY" }))));
  for (const [name, options] of Object.entries(ingresses(login.url))) await create(name, options);
});
afterAll(async () => {
  await closeBackends();
  await cleanUp();
});

const apply = (manifest: string) => applyManifest(client, manifest);
const INGRESSES = "/apis/networking.k8s.io/v1/namespaces/shop/ingresses";

/** A fixture without what the server gives. */
const stored = <T extends { readonly metadata: { readonly name: string } }>(object: T) => ({
  ...object,
  metadata: { name: object.metadata.name, namespace: "shop" },
});

type Draft = Parameters<KubeClient["create"]>[1];

/** As a client sends it: what the server gives is not there yet. */
function made(name: string, options: IngressOptions): Draft {
  const { apiVersion, kind, metadata, spec } = ingress(`shop/${name}`, options);
  return { apiVersion, kind, metadata: { name, namespace: "shop", annotations: metadata.annotations }, spec };
}

const create = (name: string, options: IngressOptions) => client.create(INGRESSES, made(name, options));

const ingresses = (login: string): Readonly<Record<string, IngressOptions>> => ({
  plain: {
    rules: {
      "plain.test": ["^/ web", "^/api api:80", "=/exact files", "^/none gone", "^/port web:nope"],
      "*.plain.test": ["^/ files"],
    },
  },
  rewrite: { className: "nginx", nginx: { "rewrite-target": "/$2" }, rules: { "rw.test": ["~/app(/|$)(.*) web"] } },
  main: { rules: { "canary.test": ["^/ web"] } },
  canary: {
    nginx: { canary: "true", "canary-by-header": "X-Canary", "canary-by-cookie": "canary", "canary-weight": "0" },
    rules: { "canary.test": ["^/ canary"] },
  },
  half: { rules: { "half.test": ["^/ web"] } },
  "half-canary": { nginx: { canary: "true", "canary-weight": "50" }, rules: { "half.test": ["^/ canary"] } },
  tls: { tls: [{ hosts: ["tls.test"] }], rules: { "tls.test": ["^/ web"] } },
  "tls-off": { tls: [{ hosts: ["off.test"] }], nginx: { "ssl-redirect": "false" }, rules: { "off.test": ["^/ web"] } },
  forced: { nginx: { "force-ssl-redirect": "true" }, rules: { "forced.test": ["^/ web"] } },
  moved: {
    nginx: { "permanent-redirect": "https://new.test$request_uri", "permanent-redirect-code": "308" },
    rules: { "moved.test": ["^/ web"] },
  },
  temporal: { nginx: { "temporal-redirect": "https://new.test/" }, rules: { "temporal.test": ["^/ web"] } },
  root: { nginx: { "app-root": "/app" }, rules: { "root.test": ["^/ web"] } },
  www: { nginx: { "from-to-www-redirect": "true" }, rules: { "site.test": ["^/ web"] } },
  cors: {
    nginx: { "enable-cors": "true", "cors-allow-origin": "https://*.a.test,https://b.test" },
    rules: { "cors.test": ["^/ web"] },
  },
  open: { nginx: { "enable-cors": "true" }, rules: { "open.test": ["^/ web"] } },
  limited: { nginx: { "limit-rpm": "1", "limit-burst-multiplier": "2" }, rules: { "limited.test": ["^/ web"] } },
  inside: { nginx: { "whitelist-source-range": "10.0.0.0/8,127.0.0.1" }, rules: { "inside.test": ["^/ web"] } },
  outside: { nginx: { "whitelist-source-range": "10.0.0.0/8" }, rules: { "outside.test": ["^/ web"] } },
  denied: { nginx: { "denylist-source-range": "127.0.0.0/8" }, rules: { "denied.test": ["^/ web"] } },
  unreadable: { nginx: { "whitelist-source-range": "everybody" }, rules: { "unreadable.test": ["^/ web"] } },
  basic: {
    nginx: { "auth-type": "basic", "auth-secret": "users", "auth-realm": "Shop" },
    rules: { "basic.test": ["^/ web"] },
  },
  locked: { nginx: { "auth-type": "basic", "auth-secret": "missing" }, rules: { "locked.test": ["^/ web"] } },
  any: {
    nginx: {
      satisfy: "any",
      "auth-type": "basic",
      "auth-secret": "users",
      "whitelist-source-range": "127.0.0.1",
    },
    rules: { "any.test": ["^/ web"] },
  },
  external: {
    nginx: { "auth-url": `${login}/check`, "auth-response-headers": "X-User" },
    rules: { "external.test": ["^/ web"] },
  },
  signin: {
    nginx: { "auth-url": `${login}/check`, "auth-signin": "https://login.test/start" },
    rules: { "signin.test": ["^/ web"] },
  },
  small: { nginx: { "proxy-body-size": "1k" }, rules: { "small.test": ["^/ sink"] } },
  default: { className: "nginx", rules: { "default.test": ["^/ sink"] } },
  slow: { nginx: { "proxy-read-timeout": "1" }, rules: { "slow.test": ["^/ slow"] } },
  headers: {
    nginx: { "custom-headers": "shop/headers", "x-forwarded-prefix": "/pre", "upstream-vhost": "inner.test" },
    rules: { "headers.test": ["^/ web"] },
  },
  sticky: {
    nginx: { affinity: "cookie", "session-cookie-name": "route", "session-cookie-max-age": "60" },
    rules: { "sticky.test": ["^/ web"] },
  },
  hashed: { nginx: { "upstream-hash-by": "$arg_user" }, rules: { "hashed.test": ["^/ web"] } },
  alias: { nginx: { "server-alias": "other.test" }, rules: { "alias.test": ["^/ api"] } },
  secret: { rules: { "guard.test": ["^/ web", "^/admin files"] } },
  local: { rules: { "shop.localhost": ["^/ web"] } },
});

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** `curl …` of a path of a host, through the ingress socket. */
async function curl(target: string, ...more: readonly string[]): Promise<Answer> {
  const slash = target.indexOf("/");
  const args = ["-s", "-i", "--path-as-is", "--max-time", "20", "-H", `Host: ${target.slice(0, slash)}`];
  const { stdout } = await run(curlTool.path ?? "curl", [...args, ...more, addresses.ingress + target.slice(slash)]);
  return parse(stdout.replace(/^HTTP\/1.1 100 Continue\r\n\r\n/, ""));
}

function parse(text: string): Answer {
  const end = text.indexOf("\r\n\r\n");
  const [line = "", ...fields] = text.slice(0, end).split("\r\n");
  const headers = fields.map((field): [string, string] => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
  });
  return { status: Number(line.split(" ")[1]), headers: new Map(headers), body: text.slice(end + 4) };
}

interface Echo {
  readonly path: string;
  readonly host: string;
  readonly service: string;
  readonly pod: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

const echoOf = ({ body }: Answer): Echo => JSON.parse(body) as Echo;

/** Status, and the Service that answered with the path it got; or Location. */
const shown = (answer: Answer): string => {
  const location = answer.headers.get("location");
  const tlsPort = new URL(addresses.ingressTls).port;
  if (location !== undefined) return `${answer.status} ${location.replace(`:${tlsPort}/`, ":TLS/")}`;
  if (answer.status !== 200) return String(answer.status);
  const { service, path } = echoOf(answer);
  return `200 ${service} ${path}`;
};

const AUTH = ["-u", "user:secret"];

describe.skipIf(curlTool.path === null)("curl gets", () => {
  const CASES: readonly (readonly [sentence: string, target: string, args: readonly string[], expected: string])[] = [
    ["a prefix", "plain.test/x?y=1", [], "200 web /x?y=1"],
    ["the longer prefix", "plain.test/api/v1", [], "200 api /api/v1"],
    ["an exact path", "plain.test/exact", [], "200 files /exact"],
    ["what is below the exact path", "plain.test/exact/x", [], "200 web /exact/x"],
    ["a wildcard host", "a.plain.test/", [], "200 files /"],
    ["not a wildcard of two labels", "a.b.plain.test/", [], "404"],
    ["not a host that nobody claims", "nobody.test/", [], "404"],
    ["a Service that is not there", "plain.test/none", [], "503"],
    ["a port that is not there", "plain.test/port", [], "503"],
    ["a rewritten path", "rw.test/app/a/b?q=1", [], "200 web /a/b?q=1"],
    ["a rewritten path without a rest", "rw.test/app", [], "200 web /"],
    ["a rewritten path, whatever its case", "rw.test/APP/x", [], "200 web /x"],
    ["the main backend", "canary.test/", [], "200 web /"],
    ["the canary by header", "canary.test/", ["-H", "X-Canary: always"], "200 canary /"],
    ["never the canary by header", "canary.test/", ["-H", "X-Canary: never"], "200 web /"],
    ["the canary by cookie", "canary.test/", ["-b", "canary=always"], "200 canary /"],
    ["the header before the cookie", "canary.test/", ["-H", "X-Canary: never", "-b", "canary=always"], "200 web /"],
    ["the way to https", "tls.test/x?y=1", [], "308 https://tls.test:TLS/x?y=1"],
    ["no way to https where it is switched off", "off.test/", [], "200 web /"],
    ["the way to https where it is forced", "forced.test/", [], "308 https://forced.test:TLS/"],
    ["a redirect for good, with its variables", "moved.test/a?b=c", [], "308 https://new.test/a?b=c"],
    ["a redirect for now", "temporal.test/a", [], "302 https://new.test/"],
    ["the application's root", "root.test/", [], "302 http://root.test/app"],
    ["what is not the root", "root.test/x", [], "200 web /x"],
    ["the host without www.", "www.site.test/x", [], "308 http://site.test/x"],
    ["in from an allowed range", "inside.test/", [], "200 web /"],
    ["not in from another", "outside.test/", [], "403"],
    ["not in from a denied one", "denied.test/", [], "403"],
    ["not in where the range cannot be read", "unreadable.test/", [], "403"],
    ["not in without a password", "basic.test/", [], "401"],
    ["in with the password", "basic.test/", AUTH, "200 web /"],
    ["not in with another password", "basic.test/", ["-u", "user:wrong"], "401"],
    ["not in as somebody else", "basic.test/", ["-u", "__proto__:secret"], "401"],
    ["nobody in without the Secret", "locked.test/", AUTH, "503"],
    ["in by one of two ways", "any.test/", [], "200 web /"],
    ["not in without the service's consent", "external.test/", [], "401"],
    ["in with it", "external.test/", ["-H", "X-Token: good"], "200 web /"],
    ["the way to the login", "signin.test/a", [], "302 https://login.test/start?rd=http%3A%2F%2Fsignin.test%2Fa"],
    ["an alias", "other.test/", [], "200 api /"],
    ["a name below localhost, with a port", "shop.localhost:8088/", [], "200 web /"],
    ["capitals in the host", "PLAIN.Test/api", [], "200 api /api"],
    ["a dot at the end of the host", "plain.test./api", [], "200 api /api"],
    ["a body that is small enough", "small.test/", ["-d", "x".repeat(1000)], "200"],
    ["no body that is too large", "small.test/", ["-d", "x".repeat(2000)], "413"],
    [
      "no body that turns out too large",
      "small.test/",
      ["-H", "Transfer-Encoding: chunked", "-d", "x".repeat(2000)],
      "413",
    ],
    ["no megabyte by default, class nginx", "default.test/", ["-H", "Content-Length: 1048577"], "413"],
    ["a backend that takes too long", "slow.test/", [], "504"],
  ];
  test.each(CASES)("%s: %s", async (_, target, args, expected) => {
    const answer = await curl(target, ...args);
    const got = expected === "200" ? String(answer.status) : shown(answer);
    expect(got, answer.body).toBe(expected);
  });
});

describe.skipIf(curlTool.path === null)("path tricks do not get round a rule", () => {
  test.each([
    ["dots", "/x/../admin", "200 files /admin"],
    ["escaped dots", "/x/%2e%2e/admin", "200 files /admin"],
    ["half-escaped dots", "/x/.%2E/admin", "200 files /admin"],
    ["dots behind doubled slashes", "/x//../admin", "200 files /admin"],
    ["more dots than slashes that count", "/x//../../admin", "400"],
    ["doubled slashes", "//admin", "200 files //admin"],
    ["an escaped slash", "/x/..%2fadmin", "200 files /admin"],
    ["an escaped letter", "/%61dmin", "200 files /%61dmin"],
    ["a dot segment", "/./admin/.", "200 files /admin/"],
    ["a NUL", "/admin%00", "400"],
    ["a NUL elsewhere", "/%00/../admin", "400"],
    ["above the root", "/../admin", "400"],
    ["above the root, escaped", "/%2e%2e/admin", "400"],
    ["an escape that is none", "/%zzadmin", "400"],
    ["an escape that is cut off", "/admin%2", "400"],
    ["overlong UTF-8 for a slash", "/x%c0%afadmin", "400"],
    ["overlong UTF-8 for dots", "/%c0%ae%c0%ae/admin", "400"],
    ["overlong UTF-8 of three bytes", "/%e0%80%afadmin", "400"],
    ["a backslash", "/x\\..\\admin", "200 web /x%5C..%5Cadmin"],
    ["an escaped backslash", "/x%5C..%5Cadmin", "200 web /x%5C..%5Cadmin"],
    ["twice escaped dots", "/x/%252e%252e/admin", "200 web /x/%252e%252e/admin"],
    ["a path of 9 KB", `/${"a".repeat(9000)}`, "414"],
  ])("%s", async (_, path, expected) => {
    expect(shown(await curl(`guard.test${path}`))).toBe(expected);
  });

  /** Bytes as they are: curl would mend or refuse them. */
  const raw = async (...lines: readonly string[]): Promise<Answer> => {
    const { hostname, port } = new URL(addresses.ingress);
    const socket = connect(Number(port), hostname);
    socket.end(`${[...lines, "Connection: close"].join("\r\n")}\r\n\r\n`);
    return parse(await textOf(socket));
  };

  test.each([
    ["a fragment", ["GET /admin#x HTTP/1.1", "Host: guard.test"], [200, 400]],
    ["two Hosts", ["GET / HTTP/1.1", "Host: guard.test", "Host: plain.test"], [400]],
    ["no Host", ["GET / HTTP/1.1"], [400]],
    ["an empty Host", ["GET / HTTP/1.1", "Host:"], [400, 404]],
    ["a Host with a path", ["GET / HTTP/1.1", "Host: guard.test/admin"], [400]],
    ["a Host with a user", ["GET / HTTP/1.1", "Host: x@guard.test"], [400]],
    ["a Host with a port that is none", ["GET / HTTP/1.1", "Host: guard.test:99999"], [400]],
    ["a Host of 300 letters", ["GET / HTTP/1.1", `Host: ${"a".repeat(300)}`], [400]],
    ["an address for a Host", ["GET / HTTP/1.1", "Host: 10.96.0.1"], [404]],
    ["an IPv6 address for a Host", ["GET / HTTP/1.1", "Host: [::1]:80"], [404]],
    ["a Service's name for a Host", ["GET / HTTP/1.1", "Host: web.shop"], [404]],
    ["64 KB of headers", ["GET / HTTP/1.1", "Host: guard.test", `X-Long: ${"a".repeat(65_536)}`], [200, 400, 413, 431]],
    ["a line in absolute form", ["GET http://plain.test/api HTTP/1.1", "Host: guard.test"], [200, 400, 404]],
  ] as const)("%s", async (_, lines, statuses) => {
    const answer = await raw(...lines);
    expect(statuses, answer.body).toContain(answer.status);
  });

  test("a fragment leads to the rule of the path before it", async () => {
    const answer = await raw("GET /admin#x HTTP/1.1", "Host: guard.test");
    if (answer.status === 200) expect(answer.body).toContain('"service": "files"');
  });
});

describe.skipIf(curlTool.path === null)("beside where it goes", () => {
  test("a backend gets the headers that ingress-nginx sets, and none that the client made up", async () => {
    const forged = ["-H", "X-Forwarded-For: 6.6.6.6", "-H", "X-Forwarded-Proto: https", "-H", "X-Real-IP: 6.6.6.6"];
    const { headers } = echoOf(await curl("plain.test:8088/", ...forged));
    expect(headers).toMatchObject({
      "X-Forwarded-For": ["127.0.0.1"],
      "X-Original-Forwarded-For": ["6.6.6.6"],
      "X-Forwarded-Host": ["plain.test:8088"],
      "X-Forwarded-Port": ["8088"],
      "X-Forwarded-Proto": ["http"],
      "X-Forwarded-Scheme": ["http"],
      "X-Real-Ip": ["127.0.0.1"],
      "X-Request-Id": [expect.stringMatching(/^[0-9a-f]{32}$/)],
    });
  });

  test("annotations change headers, the host and the response", async () => {
    const answer = await curl("headers.test/");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(echoOf(answer)).toMatchObject({ host: "inner.test", headers: { "X-Forwarded-Prefix": ["/pre"] } });
  });

  test("an authentication service's headers go on, and a client cannot bring its own", async () => {
    const { headers } = echoOf(await curl("external.test/", "-H", "X-Token: good", "-H", "X-User: eve"));
    expect(headers["X-User"]).toEqual(["ada"]);
  });

  test("an origin that is allowed is told so, another is not", async () => {
    const preflight = ["-X", "OPTIONS", "-H", "Access-Control-Request-Method: PUT", "-H"];
    const good = await curl("cors.test/", ...preflight, "Origin: https://x.a.test");
    expect([good.status, good.headers.get("access-control-allow-origin")]).toEqual([204, "https://x.a.test"]);
    const bad = await curl("cors.test/", ...preflight, "Origin: https://a.test.evil.test");
    expect(bad.headers.get("access-control-allow-origin")).toBeUndefined();
    const open = await curl("open.test/", "-H", "Origin: https://c.test");
    expect([open.status, open.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
  });

  test("a rate has an end", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await curl("limited.test/")).status);
    expect(statuses).toEqual([200, 200, 200, 503, 503]);
  });

  test("half of the requests go to a canary of half the weight", async () => {
    const services = await Promise.all(
      Array.from({ length: 60 }, async () => echoOf(await curl("half.test/")).service),
    );
    const canaries = services.filter((service) => service === "canary").length;
    expect(canaries).toBeGreaterThan(10);
    expect(canaries).toBeLessThan(50);
  });

  test("a cookie keeps a client on its Pod", async () => {
    const first = await curl("sticky.test/");
    const cookie = first.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^route=[0-9a-f]{16}; Path=\/; HttpOnly; Max-Age=60$/);
    const again = await Promise.all(
      Array.from({ length: 12 }, () => curl("sticky.test/", "-b", cookie.split(";", 1)[0] ?? "")),
    );
    expect(new Set(again.map((answer) => echoOf(answer).pod))).toEqual(new Set([echoOf(first).pod]));
    expect(again.every(({ headers }) => !headers.has("set-cookie"))).toBe(true);
  });

  test("a hash keeps each key on its Pod, and keys apart", async () => {
    const podOf = async (user: number): Promise<string> => echoOf(await curl(`hashed.test/?user=${user}`)).pod;
    const users = Array.from({ length: 12 }, (_, user) => user);
    const first = await Promise.all(users.map(podOf));
    expect(await Promise.all(users.map(podOf))).toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(1);
  });
});

/** A certificate for one name, made by openssl. */
async function selfSigned(host: string): Promise<{ readonly certificate: string; readonly key: string }> {
  const directory = mkdtempSync(join(tmpdir(), "wherry-tls-"));
  const at = (name: string): string => join(directory, name);
  const names = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
  await run("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    at("key"),
    "-out",
    at("crt"),
    ...names,
  ]);
  const pair = { certificate: readFileSync(at("crt"), "utf8"), key: readFileSync(at("key"), "utf8") };
  rmSync(directory, { recursive: true });
  return pair;
}

interface Described {
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

const read = async (name: string): Promise<Described> => {
  const found = await client.get<Described>(`${INGRESSES}/${name}`);
  if (found === null) throw new Error(`no Ingress ${name}`);
  return found;
};

interface EventList {
  readonly items: readonly {
    readonly involvedObject: { readonly name: string };
    readonly reason: string;
    readonly message: string;
  }[];
}

const eventsOf = async (name: string): Promise<readonly string[]> => {
  const list = await client.get<EventList>("/api/v1/namespaces/shop/events");
  const own = list?.items.filter(({ involvedObject }) => involvedObject.name === name) ?? [];
  return own.map(({ reason, message }) => `${reason}: ${message}`);
};

describe("an Ingress says of itself", () => {
  test("where it is reached", async () => {
    expect((await read("plain")).status.loadBalancer.ingress).toEqual([{ ip: "127.0.0.1" }]);
  });

  test("nothing while it is another controller's, and what class is missing", async () => {
    await create("classless", { className: "gone", rules: { "gone.test": ["^/ web"] } });
    await eventually(async () => {
      expect(await eventsOf("classless")).toEqual([
        'IngressClassNotFound: IngressClass "gone" does not exist: see kubectl get ingressclasses',
      ]);
    });
    expect((await read("classless")).status.loadBalancer).toEqual({});
    await client.create("/apis/networking.k8s.io/v1/ingressclasses", {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "gone" },
      spec: { controller: "k8s.io/ingress-nginx" },
    });
    expect((await read("classless")).status.loadBalancer.ingress).toEqual([{ ip: "127.0.0.1" }]);
    await eventually(async () => expect(shown(await curl("gone.test/"))).toBe("200 web /"));
  });

  test("which annotations, backends and Secrets it cannot use", async () => {
    const resource = { resource: { apiGroup: "k8s.example.com", kind: "StorageBucket", name: "assets" } };
    const options: IngressOptions = {
      nginx: { "server-snippet": "return 200;", "limit-rps": "many", "made-up": "1" },
      tls: [{ hosts: ["wrong.test"], secretName: "no-tls" }],
      rules: { "wrong.test": ["^/ web"] },
      defaultBackend: resource,
    };
    await create("wrong", options);
    const events = await eventsOf("wrong");
    for (const part of ["server-snippet is not supported", "limit-rps has the value", "made-up is not known"]) {
      expect(
        events.some((event) => event.includes(part)),
        part,
      ).toBe(true);
    }
    expect(events).toContain("SecretNotFound: Secret shop/no-tls does not exist; the default certificate is used");
    expect(events.some((event) => event.startsWith("UnsupportedBackend: resource backend StorageBucket/assets"))).toBe(
      true,
    );
    expect((await curl("wrong.test/")).status).toBe(308);
  });
});

describe.skipIf(curlTool.path === null)("over TLS", () => {
  const secure = async (url: string, ...more: readonly string[]): Promise<string> => {
    const { port } = new URL(addresses.ingressTls);
    const host = new URL(url).hostname;
    const args = ["-sk", "--max-time", "20", "--connect-to", `${host}:443:127.0.0.1:${port}`, ...more, url];
    return (await run(curlTool.path ?? "curl", args)).stdout;
  };

  test("a host that redirects plain HTTP is served, and the backend is told", async () => {
    const echo = JSON.parse(await secure("https://tls.test/x")) as Echo;
    expect(echo).toMatchObject({
      service: "web",
      headers: { "X-Forwarded-Proto": ["https"], "X-Forwarded-Port": ["443"] },
    });
  });

  test("the Secret's certificate answers for its host, a wildcard's for its labels, and ours for the rest", async () => {
    for (const [name, host] of [
      ["exact-tls", "secret.test"],
      ["wild-tls", "*.wild.test"],
    ] as const) {
      const { certificate, key } = await selfSigned(host);
      const data = { "tls.crt": toBase64(certificate), "tls.key": toBase64(key) };
      const object = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name, namespace: "shop" },
        type: "kubernetes.io/tls",
      };
      await apply(JSON.stringify({ ...object, data }));
      await create(`host-${name}`, { tls: [{ hosts: [host], secretName: name }], rules: { [host]: ["^/ web"] } });
      expect(await eventsOf(`host-${name}`)).toEqual([]);
    }
    const subjectOf = async (host: string): Promise<string> => {
      const { port } = new URL(addresses.ingressTls);
      const socket = connectTls({ host: "127.0.0.1", port: Number(port), servername: host, rejectUnauthorized: false });
      await once(socket, "secureConnect");
      const { subjectaltname = "" } = socket.getPeerCertificate();
      socket.destroy();
      return subjectaltname;
    };
    // The sockets watch Ingresses and Secrets: they know of them a moment after the API does.
    await eventually(async () => expect(await subjectOf("secret.test")).toBe("DNS:secret.test"));
    await eventually(async () => expect(await subjectOf("a.wild.test")).toBe("DNS:*.wild.test"));
    expect(await subjectOf("tls.test")).not.toContain("wild.test");
  });
});

describe("on the command line", () => {
  const wherry = async (...args: readonly string[]): Promise<{ code: number; out: string }> => {
    try {
      return { code: 0, out: (await run(process.execPath, [CLI, ...args])).stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, out: stdout + stderr };
    }
  };

  test("explain names the rule, the Service, the endpoints, and every rule that lost", async () => {
    const { code, out } = await wherry("explain", "http://plain.test/api/v1?x=1", "--server", addresses.api);
    expect(code, out).toBe(0);
    expect(out).toContain("route     Ingress shop/plain, rule 0, path 1 (Prefix /api)");
    expect(out).toContain("backend   service shop/api:80");
    expect(out).toMatch(/endpoint {2}10\.244\.\d+\.\d+ \(pod api, ready\)/);
    expect(out).toContain("not       Ingress shop/plain, rule 0, path 0 (Prefix /): a longer path goes first");
    expect(out).toContain("not       Ingress shop/plain, rule 0, path 2 (Exact /exact): the path does not match");
  });

  test("explain shows a rewrite, a canary, a redirect and a 404", async () => {
    const said = async (url: string) => (await wherry("explain", url, "--server", addresses.api)).out;
    expect(await said("http://rw.test/app/x?y=1")).toContain("outcome   goes on as /x?y=1");
    expect(await said("http://canary.test/")).toContain("canary    Ingress shop/canary, rule 0, path 0");
    expect(await said("http://tls.test/")).toContain("outcome   answered here: 308 https://tls.test/");
    expect(await said("http://nobody.test/")).toContain("outcome   404: no Ingress matches");
  });

  test("lint says what an Ingress will not get, and nothing of a good one", async () => {
    const directory = mkdtempSync(join(tmpdir(), "wherry-lint-"));
    const file = (name: string, options: IngressOptions): string => {
      const path = join(directory, `${name}.yaml`);
      writeFileSync(path, JSON.stringify(made(name, options)));
      return path;
    };
    const good = file("good", {
      className: "nginx",
      nginx: { "use-regex": "true" },
      rules: { "a.test": ["~/a(.*) web"] },
    });
    const bad = file("bad", { nginx: { "configuration-snippet": "x" }, rules: { "a.test": ["^/ web"] } });
    expect(await wherry("ingress", "lint", good)).toEqual({ code: 0, out: "" });
    const { code, out } = await wherry("ingress", "lint", good, bad);
    expect([code, out]).toEqual([
      1,
      "shop/bad: UnsupportedAnnotation: annotation nginx.ingress.kubernetes.io/configuration-snippet is not supported: snippets are nginx's own language, and there is no nginx here\n",
    ]);
    rmSync(directory, { recursive: true });
  });
});

const SHARED = join(import.meta.dirname, "../../../shared/manifests");
const MANIFESTS = join(SHARED, "kubernetes-docs/service/networking");

describe.skipIf(curlTool.path === null || !existsSync(MANIFESTS))("the documentation's own Ingresses", () => {
  const routes: readonly (readonly [file: string, target: string, expected: string])[] = [
    ["ingress-wildcard-host", "foo.bar.com/bar", "200 service1 /bar"],
    ["ingress-wildcard-host", "bar.foo.com/foo", "200 service2 /foo"],
    ["ingress-wildcard-host", "baz.bar.foo.com/foo", "404"],
    ["ingress-wildcard-host", "foo.com/foo", "404"],
    ["simple-fanout-example", "foo.bar.com/foo", "200 service1 /foo"],
    ["simple-fanout-example", "foo.bar.com/bar/x", "200 service2 /bar/x"],
    ["name-virtual-host-ingress", "foo.bar.com/", "200 service1 /"],
    ["name-virtual-host-ingress", "bar.foo.com/x", "200 service2 /x"],
    ["name-virtual-host-ingress-no-third-host", "first.bar.com/", "200 service1 /"],
    ["name-virtual-host-ingress-no-third-host", "second.bar.com/", "200 service2 /"],
    ["name-virtual-host-ingress-no-third-host", "third.bar.com/", "200 service3 /"],
    ["tls-example-ingress", "https-example.foo.com/", "308 https://https-example.foo.com:TLS/"],
    ["test-ingress", "anything.example/x", "200 test /x"],
    ["example-ingress", "hello-world.info/v2", "200 web /"],
    ["ingress-resource-backend", "icons.example/icons/a", "503"],
  ];

  test.each(routes)("%s: %s", async (file, target, expected) => {
    const cluster = `${client.server}/clusters/docs-${file}`;
    const own = createKubeClient(cluster);
    const numbers: Readonly<Record<string, number>> = { service1: 80, service2: 80, service3: 80, test: 80, web: 8080 };
    const ports = file === "simple-fanout-example" ? { service1: 4200, service2: 8080 } : numbers;
    for (const [name, port] of Object.entries(ports)) {
      const [service = "", pod = ""] = serviceWithPod("default", name, {}).split("\n---\n");
      await applyManifest(own, service.replace('"port":80', `"port":${port}`));
      await applyManifest(own, pod);
    }
    await applyManifest(own, readFileSync(join(MANIFESTS, `${file}.yaml`), "utf8"));
    expect(shown(await curl(target, "-H", `wherry-cluster: docs-${file}`))).toBe(expected);
  });
});

describe.skipIf(curlTool.path === null || !existsSync(MANIFESTS))("a class that somebody else has named", () => {
  const ISTIO = {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name: "istio" },
    spec: { controller: "wherry.internal/ingress-controller" },
  };
  const read = (file: string): string => readFileSync(join(SHARED, file), "utf8");
  const docs = "kubernetes-docs/service/networking";

  test.each<[name: string, manifests: readonly string[], port: number, routes: Readonly<Record<string, string>>]>([
    [
      "the documentation's, for ingress-nginx, rewrites",
      [read(`${docs}/default-ingressclass.yaml`), read(`${docs}/minimal-ingress.yaml`)],
      80,
      { "any.example/testpath": "200 test /", "any.example/testpath/x": "200 test /", "any.example/other": "404" },
    ],
    [
      "another controller's has its Ingresses to itself",
      [read(`${docs}/external-lb.yaml`), read(`${docs}/minimal-ingress.yaml`).replace("nginx-example", "external-lb")],
      80,
      { "any.example/testpath": "404" },
    ],
    [
      "bookinfo's, by the old annotation",
      [JSON.stringify(ISTIO), read("istio-bookinfo/platform/kube/bookinfo-ingress.yaml")],
      9080,
      {
        "books.example/productpage": "200 productpage /productpage",
        "books.example/productpage/": "404",
        "books.example/static/a.css": "200 productpage /static/a.css",
        "books.example/staticx": "404",
        "books.example/api/v1/products/0": "200 productpage /api/v1/products/0",
      },
    ],
  ])("%s", async (name, manifests, port, routes) => {
    const id = name.replaceAll(/[^a-z]+/g, "-").slice(0, 40);
    const own = createKubeClient(`${client.server}/clusters/${id}`);
    const [service = "", pod = ""] = serviceWithPod("default", "app", {}).split("\n---\n");
    for (const alias of ["test", "productpage"]) {
      const named = service.replace('"name":"app"', `"name":"${alias}"`);
      await applyManifest(own, named.replace('"port":80', `"port":${port}`));
    }
    await applyManifest(own, pod);
    for (const manifest of manifests) await applyManifest(own, manifest);
    const found: Record<string, string> = {};
    for (const target of Object.keys(routes)) {
      found[target] = shown(await curl(target, "-H", `wherry-cluster: ${id}`));
    }
    expect(found).toEqual(routes);
  });
});

test("what has just been made is never unknown, and what is changed is obeyed", async () => {
  const wrong: string[] = [];
  for (let i = 0; i < 40; i++) {
    await create(`new-${i}`, { rules: { [`new-${i}.test`]: ["^/ web"] } });
    const answer = await curl(`new-${i}.test/`);
    if (answer.status !== 200) wrong.push(`new-${i}: ${answer.status}`);
  }
  expect(wrong).toEqual([]);
});

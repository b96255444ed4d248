/** The Services and Ingresses that the tests of the ingress ask for, and curl to ask with. */
import { execFile } from "node:child_process";
import { text as textOf } from "node:stream/consumers";
import { promisify } from "node:util";
import { createKubeClient, type KubeClient } from "../../../local/kube-client.ts";
import { applyManifest } from "../../../local/manifest.ts";
import type { ReadyAddresses } from "../../../local/ready-file.ts";
import { configMap, ingress, secret, type IngressOptions } from "../../unit/gateway/fixtures.ts";
import { backend, closeBackends, podManifest, serviceWithPod } from "../backends.ts";
import { cleanUp, FREE_PORTS, wherryUp } from "../process.ts";
import { findTool } from "../tools.ts";

export const run = promisify(execFile);
export const curlTool = await findTool("curl");

export let addresses: ReadyAddresses;
export let client: KubeClient;
/** `user:secret`, as `htpasswd -m` writes it. */
const PASSWORD_FILE = "user:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/";

const SERVICES = ["web", "canary", "api", "files"] as const;

/** For `beforeAll`. */
export async function openShop(): Promise<void> {
  addresses = await wherryUp([...FREE_PORTS, "--ephemeral"]).ready();
  client = createKubeClient(addresses.api);
  const login = await backend((asked, answer) => {
    const isIn = asked.headers["x-token"] === "good";
    // What parts of the cluster tell each other is not for others.
    const isTold = Object.keys(asked.headers).some((name) => name.startsWith("wherry-") && name !== "wherry-hops");
    answer
      .writeHead(isTold ? 500 : isIn ? 200 : 401, isIn ? { "x-user": "ada" } : { "www-authenticate": "Bearer" })
      .end();
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
}

/** For `afterAll`. */
export async function closeShop(): Promise<void> {
  await closeBackends();
  await cleanUp();
}

export const apply = (manifest: string) => applyManifest(client, manifest);
export const INGRESSES = "/apis/networking.k8s.io/v1/namespaces/shop/ingresses";

/** A fixture without what the server gives. */
const stored = <T extends { readonly metadata: { readonly name: string } }>(object: T) => ({
  ...object,
  metadata: { name: object.metadata.name, namespace: "shop" },
});

type Draft = Parameters<KubeClient["create"]>[1];

/** As a client sends it: what the server gives is not there yet. */
export function made(name: string, options: IngressOptions): Draft {
  const { apiVersion, kind, metadata, spec } = ingress(`shop/${name}`, options);
  return { apiVersion, kind, metadata: { name, namespace: "shop", annotations: metadata.annotations }, spec };
}

export const create = (name: string, options: IngressOptions) => client.create(INGRESSES, made(name, options));

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

export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** `curl …` of a path of a host, through the ingress socket. */
export async function curl(target: string, ...more: readonly string[]): Promise<Answer> {
  const slash = target.indexOf("/");
  const args = ["-s", "-i", "--path-as-is", "--max-time", "20", "-H", `Host: ${target.slice(0, slash)}`];
  const { stdout } = await run(curlTool.path ?? "curl", [...args, ...more, addresses.ingress + target.slice(slash)]);
  return parse(stdout.replace(/^HTTP\/1.1 100 Continue\r\n\r\n/, ""));
}

export function parse(text: string): Answer {
  const end = text.indexOf("\r\n\r\n");
  const [line = "", ...fields] = text.slice(0, end).split("\r\n");
  const headers = fields.map((field): [string, string] => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
  });
  return { status: Number(line.split(" ")[1]), headers: new Map(headers), body: text.slice(end + 4) };
}

export interface Echo {
  readonly path: string;
  readonly host: string;
  readonly service: string;
  readonly pod: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

export const echoOf = ({ body }: Answer): Echo => JSON.parse(body) as Echo;

/** Status, and the Service that answered with the path it got; or Location. */
export const shown = (answer: Answer): string => {
  const location = answer.headers.get("location");
  const tlsPort = new URL(addresses.ingressTls).port;
  if (location !== undefined) return `${answer.status} ${location.replace(`:${tlsPort}/`, ":TLS/")}`;
  if (answer.status !== 200) return String(answer.status);
  const { service, path } = echoOf(answer);
  return `200 ${service} ${path}`;
};

interface EventList {
  readonly items: readonly {
    readonly involvedObject: { readonly name: string };
    readonly reason: string;
    readonly message: string;
  }[];
}

/** `reason: message` of each Event about an Ingress. */
export const eventsOf = async (name: string): Promise<readonly string[]> => {
  const list = await client.get<EventList>("/api/v1/namespaces/shop/events");
  const own = list?.items.filter(({ involvedObject }) => involvedObject.name === name) ?? [];
  return own.map(({ reason, message }) => `${reason}: ${message}`);
};

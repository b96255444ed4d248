/** The watched certificates, against an API whose answers the test decides. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { watchIngressCertificates, type IngressCertificates } from "../../../../local/tls/ingress-certificates.ts";
import { ingress, secret } from "../../gateway/fixtures.ts";

const der = Buffer.from([0x30, 1, 1]).toString("base64");
const PAIR = {
  "tls.crt": `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`,
  "tls.key": `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`,
};
const CLASS = { metadata: { name: "wherry" }, spec: { controller: "wherry.internal/ingress-controller" } };
const HOST = ingress("shop/a", { className: "wherry", tls: [{ hosts: ["a.test"], secretName: "s" }], rules: {} });

type Kind = "ingresses" | "ingressclasses" | "secrets";

let api: Server;
let lists: Record<Kind, object[]>;
let watches: Map<Kind, ServerResponse>;
let asked: string[];
let certificates: IngressCertificates;
/** Told of each watch that begins. */
let onWatch: (kind: Kind) => void;

beforeEach(async () => {
  [lists, watches, asked] = [
    { ingresses: [HOST], ingressclasses: [CLASS], secrets: [secret("s", PAIR)] },
    new Map(),
    [],
  ];
  onWatch = () => {};
  api = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://api.test");
    const kind = pathname.split("/").at(-1) as Kind;
    asked.push(request.url ?? "");
    if (searchParams.get("watch") === "1") {
      response.flushHeaders();
      watches.set(kind, response);
      onWatch(kind);
    } else response.end(JSON.stringify({ metadata: { resourceVersion: "7" }, items: lists[kind] }));
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  certificates.stop();
  api.closeAllConnections();
  api.close();
});

async function start(): Promise<void> {
  const begun = new Promise<void>((resolve) => {
    onWatch = () => watches.size === 3 && resolve();
  });
  certificates = watchIngressCertificates(`http://127.0.0.1:${(api.address() as AddressInfo).port}`, null);
  await begun;
}

const find = async (name: string): Promise<boolean> => (await certificates.certificateFor(name)) !== null;

const tell = (kind: Kind, type: string, object: object): void =>
  void watches.get(kind)?.write(`${JSON.stringify({ type, object })}\n`);

/** Waits for something to be so: the API's word is under way. */
async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setImmediate(resolve));
}

test("a handshake waits for the first look, and asks nobody from then on", async () => {
  certificates = watchIngressCertificates(`http://127.0.0.1:${(api.address() as AddressInfo).port}`, null);
  expect(await find("a.test")).toBe(true);
  await until(() => Promise.resolve(watches.size === 3));
  for (let i = 0; i < 50; i++) expect(await find(i % 2 === 0 ? "a.test" : "b.test")).toBe(i % 2 === 0);
  expect(asked).toHaveLength(6);
  expect(asked.filter((url) => url.includes("/secrets?")).every((url) => url.includes("type%3Dkubernetes.io"))).toBe(
    true,
  );
});

test("what comes and goes counts", async () => {
  await start();
  tell("secrets", "DELETED", secret("s", PAIR));
  await until(async () => !(await find("a.test")));
  tell("secrets", "ADDED", secret("s", PAIR));
  await until(() => find("a.test"));
  tell("ingressclasses", "DELETED", CLASS);
  await until(async () => !(await find("a.test")));
  tell("ingressclasses", "ADDED", CLASS);
  tell("ingresses", "MODIFIED", { ...HOST, spec: { ...HOST.spec, tls: [{ hosts: ["b.test"], secretName: "s" }] } });
  await until(async () => (await find("b.test")) && !(await find("a.test")));
});

test("a watch that ends is begun anew, and misses nothing", async () => {
  await start();
  lists.ingresses = [];
  tell("ingresses", "ERROR", { kind: "Status", code: 410 });
  await until(async () => !(await find("a.test")));
});

test("an API that fails leaves what was known", async () => {
  await start();
  for (const watch of watches.values()) watch.destroy();
  api.close();
  expect(await find("a.test")).toBe(true);
});

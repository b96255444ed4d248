/** The ingress over TLS, and whose certificate answers. */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toBase64 } from "../../../shared/apimachinery/base64.ts";
import { eventually } from "../process.ts";
import {
  addresses,
  apply,
  closeShop,
  create,
  curlTool,
  eventsOf,
  INGRESSES,
  openShop,
  run,
  type Echo,
} from "./shop.ts";

beforeAll(openShop);
afterAll(closeShop);

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

  const subjectOf = async (host: string): Promise<string> => {
    const { port } = new URL(addresses.ingressTls);
    const socket = connectTls({ host: "127.0.0.1", port: Number(port), servername: host, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { subjectaltname = "" } = socket.getPeerCertificate();
    socket.destroy();
    return subjectaltname;
  };

  const applySecret = async (name: string, host: string): Promise<void> => {
    const { certificate, key } = await selfSigned(host);
    const data = { "tls.crt": toBase64(certificate), "tls.key": toBase64(key) };
    const metadata = { name, namespace: "shop" };
    await apply(JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata, type: "kubernetes.io/tls", data }));
  };

  // The sockets watch Ingresses and Secrets: they know of them a moment after the API does.
  test("the Secret's certificate answers for its host, a wildcard's for its labels, and ours for the rest", async () => {
    for (const [name, host] of [
      ["exact-tls", "secret.test"],
      ["wild-tls", "*.wild.test"],
    ] as const) {
      await applySecret(name, host);
      await create(`host-${name}`, { tls: [{ hosts: [host], secretName: name }], rules: { [host]: ["^/ web"] } });
      expect(await eventsOf(`host-${name}`)).toEqual([]);
    }
    await eventually(async () => expect(await subjectOf("secret.test")).toBe("DNS:secret.test"));
    await eventually(async () => expect(await subjectOf("a.wild.test")).toBe("DNS:*.wild.test"));
    expect(await subjectOf("tls.test")).not.toContain("wild.test");
  });

  test("a certificate that is renewed answers from then on, and none when its Ingress is gone", async () => {
    await applySecret("renewed-tls", "before.test");
    await create("renewed", {
      tls: [{ hosts: ["renewed.test"], secretName: "renewed-tls" }],
      rules: { "renewed.test": ["^/ web"] },
    });
    await eventually(async () => expect(await subjectOf("renewed.test")).toBe("DNS:before.test"));
    await applySecret("renewed-tls", "after.test");
    await eventually(async () => expect(await subjectOf("renewed.test")).toBe("DNS:after.test"));
    await fetch(`${addresses.api}${INGRESSES}/renewed`, { method: "DELETE" });
    await eventually(async () => expect(await subjectOf("renewed.test")).toBe("DNS:renewed.test"));
  });
});

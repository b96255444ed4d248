import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { tlsMaterial } from "../../../../local/tls/authority.ts";
import { createAuthority, issueCertificate } from "../../../../local/tls/certificates.ts";
import { createIssuer } from "../../../../local/tls/issuer.ts";

const NAMES = ["localhost", "127.0.0.1", "::1"];
const root = mkdtempSync(join(tmpdir(), "wherry-tls-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const folder = (): string => join(root, String(folders++));

test("a server's certificate is for its names, and signed by an authority that may sign nothing but servers", async () => {
  const { authority, server } = await tlsMaterial(null, NAMES);
  const [ca, own] = [new X509Certificate(authority.certificate), new X509Certificate(server.certificate)];
  expect(own.verify(ca.publicKey)).toBe(true);
  expect(own.checkIssued(ca)).toBe(true);
  expect([ca.ca, own.ca]).toEqual([true, false]);
  expect(own.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
  expect(own.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
});

test("what is kept is used again, and readable by the user alone", async () => {
  const kept = folder();
  const first = await tlsMaterial(kept, NAMES);
  expect(await tlsMaterial(kept, NAMES)).toEqual(first);
  expect(readdirSync(kept).sort()).toEqual(["ca.crt", "ca.key", "server.crt", "server.key"]);
  for (const file of readdirSync(kept)) expect(statSync(join(kept, file)).mode & 0o777).toBe(0o600);
});

test("a name more costs a new certificate, but clients need trust no new authority", async () => {
  const kept = folder();
  const first = await tlsMaterial(kept, NAMES);
  const second = await tlsMaterial(kept, [...NAMES, "dns.example.test"]);
  expect(second.authority).toEqual(first.authority);
  expect(new X509Certificate(second.server.certificate).checkHost("dns.example.test")).toBe("dns.example.test");
  expect(await tlsMaterial(kept, NAMES)).toEqual(second);
});

test("certificates that are about to run out are made anew", async () => {
  const kept = folder();
  const long = Date.now() - 380 * 86_400_000;
  const first = await tlsMaterial(kept, NAMES);
  const old = await issueCertificate(first.authority, NAMES, new Date(long));
  writeFileSync(join(kept, "server.crt"), old.certificate);
  writeFileSync(join(kept, "server.key"), old.key);
  const second = await tlsMaterial(kept, NAMES);
  expect(second.server).not.toEqual(old);
  const ancient = await createAuthority(new Date(Date.now() - 3640 * 86_400_000));
  writeFileSync(join(kept, "ca.crt"), ancient.certificate);
  writeFileSync(join(kept, "ca.key"), ancient.key);
  const third = await tlsMaterial(kept, NAMES);
  expect(third.authority).not.toEqual(ancient);
  expect(
    new X509Certificate(third.server.certificate).verify(new X509Certificate(third.authority.certificate).publicKey),
  ).toBe(true);
});

test("another authority's certificate is not served as ours", async () => {
  const kept = folder();
  await tlsMaterial(kept, NAMES);
  const { server } = await tlsMaterial(null, NAMES);
  writeFileSync(join(kept, "server.crt"), server.certificate);
  writeFileSync(join(kept, "server.key"), server.key);
  expect((await tlsMaterial(kept, NAMES)).server).not.toEqual(server);
});

test("a broken file is named, and not overwritten", async () => {
  const kept = folder();
  await tlsMaterial(kept, NAMES);
  writeFileSync(join(kept, "ca.crt"), "no certificate");
  await expect(tlsMaterial(kept, NAMES)).rejects.toThrow(/ca\.crt is no certificate/);
  expect(readFileSync(join(kept, "ca.crt"), "utf8")).toBe("no certificate");
});

test("certificates on demand are for one host each, and made once", async () => {
  const { authority } = await tlsMaterial(null, NAMES);
  const issue = createIssuer(authority);
  const [one, again] = await Promise.all([issue("shop.localhost"), issue("shop.localhost")]);
  expect(again).toBe(one);
  const certificate = new X509Certificate(one?.certificate ?? "");
  expect(certificate.checkHost("shop.localhost")).toBe("shop.localhost");
  expect(certificate.checkHost("other.localhost")).toBeUndefined();
  for (const hostname of ["", "a_b", "-x", "x".repeat(300), "*.localhost", "__proto__"])
    expect(issue(hostname)).toBeNull();
});

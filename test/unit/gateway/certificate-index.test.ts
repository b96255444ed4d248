import { beforeEach, describe, expect, test } from "vitest";
import type { Secret } from "../../../shared/api/core-v1/secret.ts";
import type { Ingress } from "../../../shared/api/networking-v1/ingress.ts";
import { toBase64 } from "../../../shared/apimachinery/base64.ts";
import { CertificateIndex } from "../../../shared/gateway/certificate-index.ts";
import { ingress, secret } from "./fixtures.ts";

const pem = (what: string, octets: readonly number[]): string =>
  `-----BEGIN ${what}-----\n${Buffer.from(octets).toString("base64")}\n-----END ${what}-----\n`;

/** A pair that is told by its number; a key that says nothing of its public part fits every certificate. */
const pair = (name: string, number: number): Secret =>
  secret(name, { "tls.crt": pem("CERTIFICATE", [0x30, 1, number]), "tls.key": pem("PRIVATE KEY", [0x30, 1, number]) });

const tls = (name: string, hosts: readonly string[], secretName: string): Ingress =>
  ingress(name, {
    tls: [hosts.length === 0 ? { secretName } : { hosts, secretName }],
    rules: { [hosts[0] ?? "d.test"]: ["^/ web"] },
  });

let index: CertificateIndex;
let secrets: Map<string, Secret>;
const others = new Set<string>();

const find = (name: string): string | null => {
  const lookup = {
    isOurs: ({ metadata }: Ingress) => !others.has(metadata.name),
    secretOf: (_: string, secretName: string) => secrets.get(secretName),
  };
  const found = index.find(name, lookup);
  const known = [...secrets].find(([, { data = {} }]) => found !== null && data["tls.key"] === toBase64(found.key));
  return known?.[0] ?? null;
};

const INGRESSES = [
  tls("shop/a", ["a.test"], "exact"),
  tls("shop/b", ["*.b.test"], "wild"),
  tls("shop/c", ["c.test"], "broken"),
  tls("shop/d", [], "exact"),
  tls("shop/late", ["A.test"], "wild"),
];

beforeEach(() => {
  index = new CertificateIndex();
  secrets = new Map([
    ["exact", pair("exact", 1)],
    ["wild", pair("wild", 2)],
    ["broken", secret("broken", {})],
  ]);
  others.clear();
  // The younger first: what counts is their age.
  for (const one of INGRESSES.toReversed()) index.replace(undefined, one);
});

describe("for a server name", () => {
  test.each([
    ["a.test", "exact"],
    ["A.Test.", "exact"],
    ["x.b.test", "wild"],
    ["y.x.b.test", null],
    ["b.test", null],
    ["c.test", null],
    ["d.test", "exact"],
    ["nobody.test", null],
    ["constructor", null],
    ["__proto__", null],
  ])("%s the certificate is %s", (name, expected) => {
    expect(find(name)).toBe(expected);
  });
});

describe("what changes counts from then on", () => {
  test("an Ingress that goes leaves the host to the next", () => {
    index.replace(INGRESSES[0], undefined);
    expect(find("a.test")).toBe("wild");
    index.replace(INGRESSES[4], undefined);
    expect(find("a.test")).toBeNull();
  });

  test("an Ingress that names another host answers for that one only", () => {
    index.replace(INGRESSES[1], tls("shop/b", ["new.test"], "wild"));
    expect([find("x.b.test"), find("new.test")]).toEqual([null, "wild"]);
  });

  test("an Ingress of another controller does not answer", () => {
    others.add("a");
    expect(find("a.test")).toBe("wild");
  });

  test("a Secret that is mended, and one that goes", () => {
    secrets.set("broken", pair("broken", 3));
    expect(find("c.test")).toBe("broken");
    secrets.delete("exact");
    expect([find("a.test"), find("d.test")]).toEqual(["wild", null]);
  });

  test("all of them at once", () => {
    index.clear();
    expect(find("a.test")).toBeNull();
  });
});

test("a pair is the same object as long as its Secret is, so that whoever keeps something for it may", () => {
  const lookup = { isOurs: () => true, secretOf: (_: string, name: string) => secrets.get(name) };
  expect(index.find("a.test", lookup)).toBe(index.find("d.test", lookup));
});

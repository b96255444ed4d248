import { describe, expect, test } from "vitest";
import { formatJson, parseJsonQuery, type JsonDialect } from "../../../shared/dns/json.ts";
import { TABLES } from "./fixture.ts";
import { settle } from "./served.ts";

function resolve(parameters: string, dialect: JsonDialect = "cloudflare"): unknown {
  const parsed = parseJsonQuery(new URLSearchParams(parameters), dialect);
  if (!parsed.ok) return parsed.error;
  const settled = settle(TABLES, parsed.query.question);
  return settled.kind === "load" ? settled : JSON.parse(formatJson(parsed.query, settled, dialect));
}

const FLAGS = { TC: false, RD: true, RA: false, AD: false, CD: false };

describe("an answer", () => {
  test("as Cloudflare writes it", () => {
    expect(resolve("name=web.shop.svc.cluster.local.")).toEqual({
      Status: 0,
      ...FLAGS,
      Question: [{ name: "web.shop.svc.cluster.local", type: 1 }],
      Answer: [{ name: "web.shop.svc.cluster.local", type: 1, TTL: 5, data: "10.96.0.10" }],
    });
  });

  test("as Google writes it", () => {
    expect(resolve("name=web.shop.svc.cluster.local", "google")).toEqual({
      Status: 0,
      ...FLAGS,
      Question: [{ name: "web.shop.svc.cluster.local.", type: 1 }],
      Answer: [{ name: "web.shop.svc.cluster.local.", type: 1, TTL: 5, data: "10.96.0.10" }],
    });
  });

  test("an unknown name has an Authority", () => {
    expect(resolve("name=nothing.shop.svc.cluster.local&type=AAAA")).toEqual({
      Status: 3,
      ...FLAGS,
      Question: [{ name: "nothing.shop.svc.cluster.local", type: 28 }],
      Authority: [
        {
          name: "cluster.local",
          type: 6,
          TTL: 5,
          data: "ns.dns.cluster.local. hostmaster.cluster.local. 42 7200 1800 86400 5",
        },
      ],
    });
  });

  test.each([
    ["type=SRV", "0 50 80 web.shop.svc.cluster.local."],
    ["type=33", "0 50 80 web.shop.svc.cluster.local."],
    ["type=srv&cd=&do=1&random_padding=xx&edns_client_subnet=0.0.0.0/0", "0 50 80 web.shop.svc.cluster.local."],
  ])("%s", (rest, data) => {
    expect(resolve(`name=web.shop.svc.cluster.local&${rest}`)).toMatchObject({
      Answer: [{ type: 33, data }, {}],
      Additional: [{ type: 1, data: "10.96.0.10" }],
    });
  });

  test("text is quoted", () => {
    expect(resolve("name=dns-version.cluster.local&type=TXT")).toMatchObject({
      Answer: [{ TTL: 28_800, data: '"1.1.0"' }],
    });
  });

  test("CD is told", () => {
    expect(resolve("name=web.shop.svc.cluster.local&cd=true")).toMatchObject({ CD: true });
  });

  test("a name of somebody else's is refused in DNS, not in HTTP", () => {
    expect(resolve("name=example.com")).toEqual({ Status: 5, ...FLAGS, Question: [{ name: "example.com", type: 1 }] });
  });

  test("the root", () => {
    expect(resolve("name=.&type=NS")).toMatchObject({ Question: [{ name: ".", type: 2 }] });
  });
});

describe("parameters that are no question", () => {
  test.each([
    ["", "'name' is missing"],
    ["type=A", "'name' is missing"],
    ["name=", "'name' is empty"],
    ["name=a..b", "'name' has an empty label"],
    [`name=${"a".repeat(64)}`, "'name' has a label longer than 63 octets"],
    [`name=${"a.".repeat(200)}`, "'name' is longer than 253 characters"],
    ["name=wéb", "'name' has a character that is not ASCII: give its xn-- form"],
    ["name=a&type=", "'type' is not a record type: give a mnemonic such as SRV, or a number from 1 to 65535"],
    ["name=a&type=0", "'type' is not a record type: give a mnemonic such as SRV, or a number from 1 to 65535"],
    ["name=a&type=65536", "'type' is not a record type: give a mnemonic such as SRV, or a number from 1 to 65535"],
    ["name=a&type=__proto__", "'type' is not a record type: give a mnemonic such as SRV, or a number from 1 to 65535"],
    [
      "name=a&type=constructor",
      "'type' is not a record type: give a mnemonic such as SRV, or a number from 1 to 65535",
    ],
    ["name=a&cd=yes", "'cd' and 'do' take true, false, 1, 0 or nothing"],
    ["name=a&do=2", "'cd' and 'do' take true, false, 1, 0 or nothing"],
    ["name=a&name=b", "'name' is given more than once"],
  ])("%s", (parameters, error) => {
    expect(resolve(parameters)).toBe(error);
  });

  test("Google takes the first of two", () => {
    expect(resolve("name=a&name=b", "google")).toMatchObject({ Question: [{ name: "a." }] });
  });
});

import { describe, expect, test } from "vitest";
import {
  ANNOTATIONS_MAX_BYTES,
  byteLength,
  isConfigMapKey,
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isLabelValue,
  isPortName,
  isQualifiedName,
  validateAnnotations,
  validateFullyQualifiedDomainName,
  validateIP,
  validateLabels,
} from "../../../shared/apimachinery/validation.ts";

const checks = {
  isDNS1123Label,
  isDNS1123Subdomain,
  isDNS1035Label,
  isLabelValue,
  isQualifiedName,
  isConfigMapKey,
  isPortName,
};

describe("accepted", () => {
  test.each([
    ["isDNS1123Label", "a"],
    ["isDNS1123Label", "1-a"],
    ["isDNS1123Label", "a".repeat(63)],
    ["isDNS1123Subdomain", "a.b-c.1"],
    ["isDNS1123Subdomain", "a".repeat(253)],
    ["isDNS1035Label", "a1"],
    ["isLabelValue", ""],
    ["isLabelValue", "A_b.c-9"],
    ["isQualifiedName", "app"],
    ["isQualifiedName", "example.com/My_Name.1"],
    ["isConfigMapKey", ".hidden"],
    ["isConfigMapKey", "...".replace("...", "a..b")],
    ["isPortName", "http-2"],
  ] as const)("%s %j", (check, value) => {
    expect(checks[check](value)).toEqual([]);
  });
});

describe("refused", () => {
  test.each([
    ["isDNS1123Label", "", 1],
    ["isDNS1123Label", "-a", 1],
    ["isDNS1123Label", "a_b", 1],
    ["isDNS1123Label", "ü", 1],
    ["isDNS1123Label", "a".repeat(64), 1],
    ["isDNS1123Label", "A".repeat(64), 2],
    ["isDNS1123Label", "a\n", 1],
    ["isDNS1123Subdomain", "a..b", 1],
    ["isDNS1123Subdomain", "a.", 1],
    ["isDNS1123Subdomain", "a".repeat(254), 1],
    ["isDNS1035Label", "1a", 1],
    ["isLabelValue", "-", 1],
    ["isLabelValue", "a b", 1],
    ["isLabelValue", "a".repeat(64), 1],
    ["isQualifiedName", "", 2],
    ["isQualifiedName", "a/b/c", 1],
    ["isQualifiedName", "/a", 1],
    ["isQualifiedName", "a/", 2],
    ["isQualifiedName", "A/b", 1],
    ["isConfigMapKey", "", 1],
    ["isConfigMapKey", ".", 1],
    ["isConfigMapKey", "..", 1],
    ["isConfigMapKey", "..a", 1],
    ["isConfigMapKey", "a/b", 1],
    ["isPortName", "", 2],
    ["isPortName", "-a-", 1],
  ] as const)("%s %j with %d complaints", (check, value, complaints) => {
    expect(checks[check](value)).toHaveLength(complaints);
  });

  test("hostile lengths are refused at once", () => {
    const start = performance.now();
    for (const check of Object.values(checks)) {
      expect(check("a-".repeat(500_000))).not.toEqual([]);
      expect(check("a.".repeat(500_000))).not.toEqual([]);
      expect(check(`${"a".repeat(1_000_000)}!`)).not.toEqual([]);
    }
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

test("length is counted in bytes of UTF-8", () => {
  expect(byteLength("aé€😀")).toBe(10);
  expect(isLabelValue("é".repeat(32))[0]).toBe("must be no more than 63 bytes");
});

const annotated = (bytes: number) => validateAnnotations({ a: "x".repeat(bytes - 1) }, "metadata.annotations");

test("annotations may have 256 KiB in all", () => {
  expect(annotated(ANNOTATIONS_MAX_BYTES)).toEqual([]);
  expect(annotated(ANNOTATIONS_MAX_BYTES + 1)).toEqual([
    {
      field: "metadata.annotations",
      reason: "FieldValueTooLong",
      message: "Too long: may not be more than 262144 bytes",
    },
  ]);
});

test("the case of an annotation's prefix does not matter, that of a label's does", () => {
  const map = { "Example.COM/a": "b" };
  expect(validateAnnotations(map, "f")).toEqual([]);
  expect(validateLabels(map, "f")).toHaveLength(1);
});

test.each([
  ["10.0.0.1", null],
  ["2001:db8::1", null],
  ["010.0.0.1", null],
  ["10.0.0.00", null],
  ["::ffff:10.0.0.1", null],
  ["10.0.0", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"],
  ["", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"],
  ["[::1]", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"],
])("the address %j: %s", (address, complaint) => {
  expect(validateIP(address, "ip").map((e) => e.message)).toEqual(
    complaint === null ? [] : [`Invalid value: ${JSON.stringify(address)}: ${complaint}`],
  );
});

test.each([
  ["a.example.com", 0],
  ["example.com.", 0],
  ["localhost", 1],
  ["", 1],
  ["a b.c", 1],
  [`${"a".repeat(64)}.com`, 1],
])("the domain name %j has %d faults", (name, faults) => {
  expect(validateFullyQualifiedDomainName(name, "f")).toHaveLength(faults);
});

import { expect, test } from "vitest";
import { create } from "../../kind-fixture.ts";

const a = { ip: "10.0.0.1" };
test.each([
  ["nothing", [], []],
  ["an address", [{ addresses: [a] }], []],
  ["an address that is not ready", [{ notReadyAddresses: [a], ports: [{ port: 80 }] }], []],
  [
    "no address",
    [{ ports: [{ port: 80 }] }],
    ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"],
  ],
  [
    "what is no address",
    [{ addresses: [{ ip: "x" }] }],
    ['subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
  ],
  [
    "a link-local address",
    [{ addresses: [{ ip: "169.254.0.1" }] }],
    [
      'subsets[0].addresses[0].ip: Invalid value: "169.254.0.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ],
  ],
  [
    "two ports, one without name",
    [{ addresses: [a], ports: [{ port: 1 }, { port: 2, name: "b" }] }],
    ["subsets[0].ports[0].name: Required value"],
  ],
  [
    "a port out of range",
    [{ addresses: [a], ports: [{ port: 0 }] }],
    ["subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"],
  ],
])("%s", (_, subsets, expected) => {
  expect(create("endpoints", { subsets }).errors).toEqual(expected);
});

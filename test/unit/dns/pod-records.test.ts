import { describe, expect, test } from "vitest";
import { answer } from "../../../shared/dns/answer.ts";
import type { PodMode } from "../../../shared/dns/pod-records.ts";
import { linesOf, OPTIONS, questionOf, SERVICES, tablesOf } from "./fixture.ts";

const TABLES = tablesOf(SERVICES, ["far"], {
  shop: [{ name: "web-1", addresses: ["10.244.1.1", "fd00:10:244:1::1"] }],
});

const ask = (question: string, pods: PodMode): string =>
  linesOf(answer(TABLES, questionOf(question), { ...OPTIONS, pods }))
    .slice(0, 2)
    .join(" ");

const yes = (name: string, data: string): string => `NOERROR aa ${name} 5 IN ${data}`;

describe.each<[PodMode, Readonly<Record<string, string | RegExp>>]>([
  [
    "insecure",
    {
      "10-244-1-1.shop.pod.cluster.local. IN A": yes("10-244-1-1.shop.pod.cluster.local.", "A 10.244.1.1"),
      "192-0-2-1.shop.pod.cluster.local. IN A": yes("192-0-2-1.shop.pod.cluster.local.", "A 192.0.2.1"),
      "192-0-2-1.nowhere.pod.cluster.local. IN A": /^NXDOMAIN/,
    },
  ],
  [
    "verified",
    {
      "10-244-1-1.shop.pod.cluster.local. IN A": yes("10-244-1-1.shop.pod.cluster.local.", "A 10.244.1.1"),
      "10-244-1-1.shop.pod.cluster.local. IN AAAA": /^NOERROR aa authority/,
      "fd00-10-244-1--1.shop.pod.cluster.local. IN AAAA": /AAAA fd00:10:244:1::1$/,
      "fd00-10-244-1-0-0-0-1.shop.pod.cluster.local. IN AAAA": /AAAA fd00:10:244:1::1$/,
      "10-244-1-2.shop.pod.cluster.local. IN A": /^NXDOMAIN/,
      "10-244-1-1.db.pod.cluster.local. IN A": /^NXDOMAIN/,
      "10-244-1-1.nowhere.pod.cluster.local. IN A": /^NXDOMAIN/,
      "10-244-9-1.far.pod.cluster.local. IN A": /^load far/,
      "web-1.shop.pod.cluster.local. IN A": /^NXDOMAIN/,
    },
  ],
  ["disabled", { "10-244-1-1.shop.pod.cluster.local. IN A": /^NXDOMAIN/ }],
])("pods %s", (mode, expectations) => {
  test.each(Object.entries(expectations))("%s", (question, expected) => {
    expect(ask(question, mode)).toMatch(expected);
  });
});

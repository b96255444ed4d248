import { expect, test } from "vitest";
import { parseRecordRequest, type RecordRequest } from "../../../shared/dns/record-request.ts";

const service = (rest: object): RecordRequest => ({
  kind: "service",
  namespace: "ns",
  service: "web",
  endpoint: null,
  port: null,
  protocol: null,
  ...rest,
});

test.each<[string, RecordRequest]>([
  ["", { kind: "emptyNonTerminal" }],
  ["svc", { kind: "emptyNonTerminal" }],
  ["pod", { kind: "emptyNonTerminal" }],
  ["dns", { kind: "emptyNonTerminal" }],
  ["ns.svc", { kind: "namespace", namespace: "ns" }],
  ["ns.pod", { kind: "namespace", namespace: "ns" }],
  ["web.ns.svc", service({})],
  ["a.web.ns.svc", service({ endpoint: "a" })],
  ["_http._tcp.web.ns.svc", service({ port: "http", protocol: "tcp" })],
  ["http.tcp.web.ns.svc", service({ port: "http", protocol: "tcp" })],
  ["_._tcp.web.ns.svc", service({ protocol: "tcp" })],
  ["a._http._tcp.web.ns.svc", { kind: "invalid" }],
  ["zone.pin._zone.web.ns.svc", { kind: "invalid" }],
  ["1-2-3-4.ns.pod", { kind: "pod", namespace: "ns", pod: "1-2-3-4" }],
  ["a.1-2-3-4.ns.pod", { kind: "pod", namespace: "ns", pod: "1-2-3-4" }],
  ["a.b.c.1-2-3-4.ns.pod", { kind: "invalid" }],
  ["dns-version", { kind: "version" }],
  ["x.dns-version", { kind: "invalid" }],
  ["ns.dns", { kind: "nameServer" }],
  ["x.dns", { kind: "invalid" }],
  ["x.ns.dns", { kind: "invalid" }],
  ["foo", { kind: "invalid" }],
  ["web.ns.foo", { kind: "invalid" }],
])("%s", (text, expected) => {
  expect(parseRecordRequest(text === "" ? [] : text.split("."))).toEqual(expected);
});

const MULTICLUSTER = { multicluster: true, zonal: true } as const;

test.each<[string, RecordRequest]>([
  ["web.ns.svc", service({})],
  ["a.web.ns.svc", service({ endpoint: "a" })],
  ["a.east.web.ns.svc", service({ endpoint: "a", cluster: "east" })],
  ["_http._tcp.web.ns.svc", service({ port: "http", protocol: "tcp" })],
  ["http._tcp.web.ns.svc", service({ port: "http", protocol: "tcp" })],
  ["_http.tcp.web.ns.svc", service({ port: "http", protocol: "tcp" })],
  ["a.b.east.web.ns.svc", { kind: "invalid" }],
  ["zone.pin._zone.web.ns.svc", { kind: "invalid" }],
  ["a.1-2-3-4.ns.pod", { kind: "pod", namespace: "ns", pod: "1-2-3-4" }],
])("in a multicluster zone: %s", (text, expected) => {
  expect(parseRecordRequest(text.split("."), MULTICLUSTER)).toEqual(expected);
});

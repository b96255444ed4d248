import { describe, expect, test } from "vitest";
import { refusalOf, toStatusBody, unreachable } from "../../../shared/proxy/refusal.ts";
import { resolve } from "../../../shared/proxy/resolve.ts";
import { endpoint, service, slice, tablesOf } from "./fixtures.ts";

const tables = tablesOf([
  service("shop/web", { clusterIP: "10.96.0.10", ports: [{ name: "http", port: 80 }] }),
  slice("shop/web", [endpoint("10.244.1.1")]),
  service("shop/empty", { clusterIP: "10.96.0.11" }),
  service("shop/down", { clusterIP: "10.96.0.12" }),
  slice("shop/down", [endpoint("10.244.1.2", "unready")]),
  service("shop/db", { clusterIP: "None" }),
  slice("shop/db", [endpoint("10.244.1.3")]),
  service("shop/loop", { type: "ExternalName", externalName: "loop.shop.svc.cluster.local" }),
]);

const refuse = (authority: string) => {
  const packet = { authority, scheme: "http", source: null } as const;
  const verdict = resolve(tables, packet, () => 0);
  if (verdict.kind === "forward" || verdict.kind === "externalName" || verdict.kind === "load")
    throw new Error(verdict.kind);
  return refusalOf(verdict, packet);
};

describe("what a client is told", () => {
  test.each([
    ["empty.shop", 503, /"shop\/empty" has no endpoints.*kubectl get pods -n shop/],
    ["down.shop", 503, /"shop\/down" has no ready endpoint.*kubectl get endpointslices -n shop/],
    ["web.shop:81", 502, /no TCP port 81; its ports are 80\/TCP/],
    ["db.shop:80", 502, /headless.*none listens on port 80; they listen on 8080/],
    ["nope.shop", 404, /service "nope" does not exist in namespace "shop"/],
    ["web", 404, /does not exist in namespace "default", which short names mean/],
    ["web.nope", 404, /namespace "nope" does not exist/],
    ["x.web.shop.svc", 404, /has no endpoint "x"/],
    ["192.168.7.1:31000", 502, /no Service has NodePort 31000/],
    ["1.1.1.1", 404, /"1\.1\.1\.1" is neither a Service/],
    ["a b", 400, /cannot route to "a b"/],
    ["loop.shop", 502, /more than 10 ExternalNames/],
  ])("%s", (authority, code, message) => {
    const refusal = refuse(authority);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(message);
  });

  test("the body is a Status that names the Service", () => {
    expect(JSON.parse(toStatusBody(refuse("empty.shop")))).toMatchObject({
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      reason: "NoEndpoints",
      details: { name: "empty", kind: "services" },
      code: 503,
    });
  });

  test("a huge authority does not come back whole", () => {
    expect(refuse("a".repeat(100_000)).message.length).toBeLessThan(500);
  });

  test("a backend that cannot be reached is named, with its Service", () => {
    const verdict = resolve(tables, { authority: "web.shop", scheme: "http", source: null }, () => 0);
    if (verdict.kind !== "forward") throw new Error(verdict.kind);
    expect(unreachable(verdict, 2, "refused").message).toMatch(
      /"shop\/web" at 10\.244\.1\.1:8080 could not be reached \(2 endpoints tried\): refused/,
    );
  });
});

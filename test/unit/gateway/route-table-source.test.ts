/** What a change of one Ingress costs, and whether tables that follow deltas stay equal to those made anew. */
import { expect, test } from "vitest";
import type { Secret } from "../../../shared/api/core-v1/secret.ts";
import type { Ingress } from "../../../shared/api/networking-v1/ingress.ts";
import { createRouteTableSource } from "../../../shared/gateway/route-table-source.ts";
import { createRouteTable } from "../../../shared/gateway/route-table.ts";
import { randomIntegers } from "../../suites/random.ts";
import { CONTROLLERS, ingress, lands, secret, tableOf } from "./fixtures.ts";

const sourceOf = (ingresses: readonly Ingress[], secrets: ReadonlyMap<string, Secret> = new Map()) => {
  const source = createRouteTableSource({
    controllerOf: (name) => CONTROLLERS.get(name),
    secret: (_, name) => secrets.get(name),
    configMap: () => undefined,
  });
  source.load(ingresses, 1);
  return source;
};

test("among 5,000 Ingresses a change is told of its own hosts only", () => {
  const all = Array.from({ length: 5000 }, (_, i) => ingress(`shop/i${i}`, { rules: { [`h${i}.test`]: ["^/ web"] } }));
  const source = sourceOf(all);
  expect(source.changesSince(1).upserted).toEqual([]);
  source.applyIngress("shop/i7", ingress("shop/i7", { rules: { "new.test": ["^/ web"], "h8.test": ["^/x x"] } }), 2);
  const { full, upserted, removed } = source.changesSince(1);
  expect([full, upserted.map(({ hostname }) => hostname).sort(), removed]).toEqual([
    false,
    ["h8.test", "new.test"],
    ["h7.test"],
  ]);
});

test("a Secret's change is told of the Ingresses that name it, another's of none", () => {
  const secrets = new Map<string, Secret>();
  const nginx = { "auth-type": "basic", "auth-secret": "users" };
  const source = sourceOf([ingress("shop/i", { nginx, rules: { "a.test": ["^/ web"] } })], secrets);
  secrets.set("users", secret("users", { auth: "ada:{PLAIN}x" }));
  source.applyReference("secret shop/others", 2);
  expect(source.hasChangesSince(1)).toBe(false);
  source.applyReference("secret shop/users", 3);
  const [host] = source.changesSince(1).upserted;
  expect(host?.routes[0]?.filters).toEqual([
    { kind: "basicAuth", auth: { realm: "Authentication Required", users: [{ name: "ada", hash: "{PLAIN}x" }] } },
  ]);
});

test("a table that follows random changes lands every request as one made anew", () => {
  const random = randomIntegers(11);
  const hosts = ["a.test", "*.b.test", "x.b.test", ""];
  const live = new Map<string, Ingress>();
  const source = sourceOf([]);
  const { table, apply } = createRouteTable();
  apply(source.changesSince(-1));
  for (let step = 2; step < 400; step++) {
    const key = `shop/i${random(8)}`;
    const rules = { [hosts[random(4)] ?? ""]: [`^/${random(3)} s${step}`, `=/${random(3)} e${step}`] };
    const made =
      random(4) === 0 ? undefined : ingress(key, random(6) === 0 ? { defaultBackend: `d${step}` } : { rules });
    if (made === undefined) live.delete(key);
    else live.set(key, made);
    source.applyIngress(key, made, step);
    if (random(3) > 0) apply(source.changesSince(table.revision));
    if (step % 20 > 0) continue;
    apply(source.changesSince(table.revision));
    const fresh = tableOf([...live.values()]);
    for (const host of ["a.test", "y.b.test", "x.b.test", "z.test"]) {
      for (const path of ["/0", "/1/x", "/2", "/"]) expect(lands(table, host + path)).toBe(lands(fresh, host + path));
    }
  }
});

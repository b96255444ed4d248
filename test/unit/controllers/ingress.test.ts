import { expect, test } from "vitest";
import { configMaps, events, ingresses, secrets } from "../../../shared/controllers/resources.ts";
import { configMap, ingress, secret, type IngressOptions } from "../gateway/fixtures.ts";
import { createHarness, type Harness } from "./harness.ts";

const rules = { "a.test": ["^/ web"] };
const put = (harness: Harness, options: IngressOptions) => harness.write(ingresses.put(ingress("shop/i", options)));
const addressOf = (harness: Harness) => harness.get(ingresses, "i").status.loadBalancer.ingress;
const said = (harness: Harness): readonly string[] => harness.list(events).map(({ reason = "" }) => reason);

test("an Ingress of ours gets the address, and loses it when it becomes another's", () => {
  const harness = createHarness();
  put(harness, { rules });
  expect(addressOf(harness)).toEqual([{ ip: "127.0.0.1" }]);
  harness.update(ingresses, "i", (one) => ({ ...one, spec: { ...one.spec, ingressClassName: "other" } }));
  expect([addressOf(harness), said(harness)]).toEqual([undefined, ["IngressClassNotFound"]]);
});

test("what another controller wrote is left alone", () => {
  const harness = createHarness();
  const theirs = { loadBalancer: { ingress: [{ hostname: "lb.example.com" }] } };
  harness.write(ingresses.put({ ...ingress("shop/i", { className: "other", rules }), status: theirs }));
  expect(harness.get(ingresses, "i").status).toEqual(theirs);
});

test("each thing that is wrong is said once, and again when a Secret or ConfigMap that is named has changed", () => {
  const harness = createHarness();
  const nginx = { "auth-type": "basic", "auth-secret": "users", "custom-headers": "headers" };
  put(harness, { nginx, rules });
  harness.update(ingresses, "i", (one) => ({ ...one, metadata: { ...one.metadata, labels: { a: "b" } } }));
  const first = ["PartialAnnotation", "PartialAnnotation", "SecretNotFound", "ConfigMapNotFound"];
  expect(said(harness)).toEqual(first);
  harness.write(
    secrets.put(secret("users", { wrong: "key" })),
    configMaps.put(configMap("headers", { "not a header": "x" })),
  );
  expect(said(harness)).toEqual([...first, "InvalidAnnotation", "InvalidAnnotation"]);
});

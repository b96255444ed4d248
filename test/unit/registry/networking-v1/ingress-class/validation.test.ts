import { expect, test } from "vitest";
import type { IngressClass } from "../../../../../shared/api/networking-v1/ingress-class.ts";
import { create, update } from "../../kind-fixture.ts";

const RESOURCE = "ingressclasses.networking.k8s.io";
const parameters = (more: object) => ({ controller: "a.b/c", parameters: { kind: "K", name: "n", ...more } });

test.each<[string, object, readonly string[]]>([
  ["a controller is enough", { controller: "example.com/ingress" }, []],
  ["a controller is needed", {}, ["spec.controller: Required value"]],
  [
    "a controller has a domain",
    { controller: "ingress" },
    ['spec.controller: Invalid value: "ingress": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    "a controller is no novel",
    { controller: `a.b/${"c".repeat(250)}` },
    ["spec.controller: Too long: may not be more than 250 bytes"],
  ],
  ["parameters are cluster-scoped unless they say so", parameters({}), []],
  [
    "parameters in a namespace name it",
    parameters({ scope: "Namespace" }),
    ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
  ],
  ["parameters in a namespace", parameters({ scope: "Namespace", namespace: "shop" }), []],
  [
    "cluster-scoped parameters have no namespace",
    parameters({ namespace: "shop" }),
    ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
  ],
  [
    "a scope is one of two",
    parameters({ scope: "World" }),
    ['spec.parameters.scope: Unsupported value: "World": supported values: "Cluster", "Namespace"'],
  ],
])("%s", (_, spec, expected) => {
  expect(create(RESOURCE, { spec }).errors).toEqual(expected);
});

test("its controller is for good", () => {
  const old = create<IngressClass>(RESOURCE, { spec: { controller: "a.b/c" } }).object;
  expect(update(RESOURCE, old, { spec: { controller: "a.b/d" } }).errors).toEqual([
    'spec.controller: Invalid value: "a.b/d": field is immutable',
  ]);
});

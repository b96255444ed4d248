import { expect, test } from "vitest";
import { create } from "../../kind-fixture.ts";

const why = "does not match event.namespace";
test.each([
  ["an Event stands beside its object", "shop", "shop", []],
  ["an Event stands not elsewhere", "shop", "bank", [`involvedObject.namespace: Invalid value: "bank": ${why}`]],
  ["an Event about a node stands in default", "default", "", []],
  ["an Event about a node stands not in shop", "shop", "", [`involvedObject.namespace: Invalid value: "": ${why}`]],
])("%s", (_, namespace, about, expected) => {
  const involvedObject = { kind: "Pod", name: "a", ...(about === "" ? {} : { namespace: about }) };
  expect(create("events", { metadata: { namespace }, involvedObject }).errors).toEqual(expected);
});

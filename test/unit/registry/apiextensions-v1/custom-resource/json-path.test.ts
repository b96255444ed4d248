import { expect, test } from "vitest";
import { firstAt, parseJsonPath } from "../../../../../shared/registry/apiextensions-v1/custom-resource/json-path.ts";

const object = {
  spec: { image: "web", ports: [{ port: 80 }, { port: 443 }], "a.b": "dotted", off: false },
  status: {
    conditions: [
      { type: "Synced", status: "True" },
      { type: "Ready", status: "False", count: 3 },
    ],
  },
};

test.each([
  [".spec.image", "web"],
  [".spec.off", false],
  [".spec.ports[1].port", 443],
  [".spec.ports[-1].port", 443],
  [".spec.ports[*].port", 80],
  [".spec['image']", "web"],
  ['.spec["a.b"]', "dotted"],
  [".spec.a\\.b", "dotted"],
  ['.status.conditions[?(@.type=="Ready")].status', "False"],
  [".status.conditions[?(@.type=='Ready')].status", "False"],
  ['.status.conditions[?(@.type!="Synced")].type', "Ready"],
  [".status.conditions[?(@.count>2)].type", "Ready"],
  [".status.conditions[?(@.count)].type", "Ready"],
  ["..port", 80],
  [".spec", object.spec],
  [".spec.nothing", undefined],
  [".spec.image.length", undefined],
  [".spec.ports[9].port", undefined],
  [".spec.constructor", undefined],
  [".__proto__.x", undefined],
])("%s", (path, value) => {
  expect(firstAt(object, parseJsonPath(path) ?? expect.fail("no path"))).toEqual(value);
});

test.each(["spec image", ".spec[", ".spec[?(", ".spec.", ".a[b]", "{.spec}()"])("%s is no path", (path) => {
  expect(parseJsonPath(path)).toBeNull();
});

import { expect, test } from "vitest";
import { defaultIngressClass } from "../../../../../shared/registry/networking-v1/ingress-class/default-class.ts";
import type { IngressClass } from "../../../../../shared/api/networking-v1/ingress-class.ts";

const marked = (name: string, value?: string, creationTimestamp = "2026-01-01T00:00:00Z") =>
  ({
    metadata: {
      name,
      creationTimestamp,
      annotations: value === undefined ? {} : { "ingressclass.kubernetes.io/is-default-class": value },
    },
  }) as unknown as IngressClass;

const LATER = "2026-01-01T00:00:01Z";

test.each([
  ["only the annotation's value true marks one", [marked("a"), marked("b", "true"), marked("c", "yes")], "b"],
  ["of two the newer one counts", [marked("a", "true"), marked("b", "true", LATER)], "b"],
  ["of two of the same second the first by name does", [marked("b", "true"), marked("a", "true")], "a"],
  ["where none is marked there is none", [marked("a")], null],
] as const)("the default class: %s", (_, classes, name) => {
  expect(defaultIngressClass(classes)).toBe(name);
});

import { expect, test } from "vitest";
import { defaultIngressClasses } from "../../../../../shared/registry/networking-v1/ingress-class/default-class.ts";
import type { IngressClass } from "../../../../../shared/api/networking-v1/ingress-class.ts";

const marked = (name: string, value?: string) =>
  ({
    metadata: {
      name,
      annotations: value === undefined ? {} : { "ingressclass.kubernetes.io/is-default-class": value },
    },
  }) as unknown as IngressClass;

test("only the annotation's value true marks a class as the default", () => {
  expect(defaultIngressClasses([marked("a"), marked("b", "true"), marked("c", "yes"), marked("d", "true")])).toEqual([
    "b",
    "d",
  ]);
});

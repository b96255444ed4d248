import { describe, expect, test } from "vitest";
import { create } from "../../kind-fixture.ts";

const errorsOf = (...limits: readonly object[]): readonly string[] =>
  create("limitranges", { spec: { limits } }).errors;

describe("a LimitRange", () => {
  test.each<[string, readonly object[], readonly string[]]>([
    [
      "as the documentation has it is fine",
      [
        {
          type: "Container",
          max: { cpu: "1" },
          min: { cpu: "100m" },
          default: { cpu: "500m" },
          defaultRequest: { cpu: "500m" },
        },
        { type: "Pod", max: { memory: "1Gi" } },
        { type: "PersistentVolumeClaim", max: { storage: "2Gi" } },
      ],
      [],
    ],
    [
      "of a type that is none",
      [{ type: "Teapot" }],
      ['spec.limits[0].type: Invalid value: "Teapot": must be a standard limit type or fully qualified'],
    ],
    ["of a type twice", [{ type: "Pod" }, { type: "Pod" }], ['spec.limits[1].type: Duplicate value: "Pod"']],
    [
      "whose least is more than its most",
      [{ type: "Container", min: { cpu: "2" }, max: { cpu: "1" } }],
      ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
    ],
    [
      "whose default request is more than its default limit",
      [{ type: "Container", default: { memory: "1Gi" }, defaultRequest: { memory: "1025Mi" } }],
      [
        'spec.limits[0].defaultRequest[memory]: Invalid value: "1025Mi": default request value 1025Mi is greater than default value 1Gi',
      ],
    ],
    [
      "with defaults for Pods",
      [{ type: "Pod", default: { cpu: "1" } }],
      ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
    ],
    [
      "of claims without storage",
      [{ type: "PersistentVolumeClaim" }],
      [
        "spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided",
      ],
    ],
    [
      "of an unknown resource",
      [{ type: "Pod", max: { tea: "1" } }],
      ['spec.limits[0].max[tea]: Invalid value: "tea": must be a standard resource type or fully qualified'],
    ],
  ])("%s", (_, limits, errors) => expect(errorsOf(...limits)).toEqual(errors));
});

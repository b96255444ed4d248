import { describe, expect, test } from "vitest";
import { kindOf } from "../../../../../shared/registry/index.ts";
import type { ResourceKey } from "../../../../../shared/registry/resource-kind.ts";
import { create, update } from "../../kind-fixture.ts";

const errorsOf = (spec: object): readonly string[] => create("resourcequotas", { spec }).errors;

describe("a ResourceQuota", () => {
  test.each<[string, object, readonly string[]]>([
    [
      "of common resources is fine",
      { hard: { pods: "10", "requests.cpu": "4", "limits.memory": "4Gi", "count/deployments.apps": 5 } },
      [],
    ],
    ["of a vendor's resource is fine", { hard: { "requests.example.com/gpu": 2 } }, []],
    [
      "of nothing known",
      { hard: { teapots: "1" } },
      ['spec.hard[teapots]: Invalid value: "teapots": must be a standard resource for quota'],
    ],
    [
      "of less than nothing",
      { hard: { pods: "-1" } },
      ['spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0'],
    ],
    ["of half a Pod", { hard: { pods: "500m" } }, ['spec.hard[pods]: Invalid value: "500m": must be an integer']],
    [
      "in a scope that is none",
      { scopes: ["Sleeping"] },
      ['spec.scopes: Invalid value: ["Sleeping"]: unsupported scope'],
    ],
    [
      "in contrary scopes",
      { scopes: ["BestEffort", "NotBestEffort"] },
      ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes'],
    ],
    [
      "with an unfinished selector",
      { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In" }] } },
      [
        "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      ],
    ],
  ])("%s", (_, spec, errors) => expect(errorsOf(spec)).toEqual(errors));

  test("keeps its scopes", () => {
    const { object } = create("resourcequotas", { spec: { scopes: ["BestEffort"] } });
    expect(update("resourcequotas", object, { spec: { scopes: ["NotBestEffort"] } }).errors).toEqual([
      'spec.scopes: Invalid value: ["NotBestEffort"]: field is immutable',
    ]);
  });

  test("warns its creator that it has no effect, once", () => {
    const { object } = create("resourcequotas", {});
    const { strategy } = kindOf("resourcequotas" as ResourceKey);
    expect(strategy.warnings(object, undefined)).toEqual([
      "ResourceQuota is stored, and not enforced: nothing here limits what a namespace uses",
    ]);
    expect(strategy.warnings(object, object)).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import type { Deployment } from "../../../../../shared/api/apps-v1/deployment.ts";
import { kindOf } from "../../../../../shared/registry/index.ts";
import type { ResourceKey } from "../../../../../shared/registry/resource-kind.ts";
import { create, update } from "../../kind-fixture.ts";

const labels = { app: "web" };
const selector = { matchLabels: labels };
const template = { metadata: { labels }, spec: { containers: [{ name: "web", image: "nginx" }] } };
const good = { selector, template };
const of = (spec: object) => create<Deployment>("deployments.apps", { apiVersion: "apps/v1", spec });
const kind = kindOf("deployments.apps" as ResourceKey);

test("a new Deployment has one replica, rolls, and tells nothing yet", () => {
  const { object, errors } = of(good);
  expect(errors).toEqual([]);
  expect(object.spec).toMatchObject({
    replicas: 1,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
  });
  expect(object.spec.template.spec.containers[0]).toMatchObject({ imagePullPolicy: "Always" });
  expect(object.status).toEqual({});
});

test.each([
  [
    "a rolling update is completed",
    { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } },
    {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 1, maxUnavailable: "25%" },
    },
  ],
  [
    "a rolling update without settings is completed",
    { type: "RollingUpdate" },
    {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
    },
  ],
  ["a recreation has none", { type: "Recreate" }, { type: "Recreate" }],
])("%s", (_, strategy, expected) => {
  expect(of({ ...good, strategy }).object.spec.strategy).toEqual(expected);
});

describe("refused", () => {
  const rolling = (rollingUpdate: object) => ({ ...good, strategy: { type: "RollingUpdate", rollingUpdate } });
  test.each([
    ["without selector", { template }, ["spec.selector: Required value"]],
    [
      "with an empty selector",
      { selector: {}, template },
      ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
    ],
    [
      "when the selector does not match",
      { selector: { matchLabels: { app: "api" } }, template },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      "when an operator lacks values",
      { selector: { ...selector, matchExpressions: [{ key: "app", operator: "In" }] }, template },
      [
        "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      "with fewer than no replicas",
      { ...good, replicas: -1 },
      ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
    ],
    [
      "when Pods would not be restarted",
      { ...good, template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      "when a Pod would be refused",
      { ...good, template: { ...template, spec: { containers: [{ name: "web" }] } } },
      ["spec.template.spec.containers[0].image: Required value"],
    ],
    [
      "when nothing may move",
      rolling({ maxUnavailable: 0, maxSurge: "0%" }),
      ["spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"],
    ],
    [
      "when more than all may be missing",
      rolling({ maxUnavailable: "101%" }),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ],
    [
      "with an unknown way",
      { ...good, strategy: { type: "BlueGreen" } },
      ['spec.strategy.type: Unsupported value: "BlueGreen": supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      "when a recreation has settings",
      { ...good, strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      "when progress is due before readiness",
      { ...good, minReadySeconds: 600 },
      ["spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"],
    ],
  ])("%s", (_, spec, expected) => {
    expect(of(spec).errors).toEqual(expected);
  });
});

describe("changed", () => {
  const old = of(good).object;
  const change = (spec: object) => update("deployments.apps", old, { spec: { ...old.spec, ...spec } });

  test("its replicas may be, which asks for a generation", () => {
    const { object, errors } = change({ replicas: 5 });
    expect(errors).toEqual([]);
    expect(kind.strategy.bumpsGeneration?.(object, old)).toBe(true);
  });

  test("nothing is, which asks for none", () => {
    expect(kind.strategy.bumpsGeneration?.(change({}).object, old)).toBe(false);
  });

  test("its selector may not be", () => {
    const other = { app: "web", tier: "front" };
    const { errors } = change({
      selector: { matchLabels: other },
      template: { ...old.spec.template, metadata: { labels: other } },
    });
    expect(errors).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"front"}}: field is immutable',
    ]);
  });
});

test("its scale is its replicas", () => {
  const { object } = of({ ...good, replicas: 3 });
  expect(kind.scale?.get(object)).toEqual({ replicas: 3, statusReplicas: 0, selector: "app=web" });
  expect(kind.scale?.get(kind.scale.set(object, 0)).replicas).toBe(0);
});

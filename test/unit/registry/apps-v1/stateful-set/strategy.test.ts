import { describe, expect, test } from "vitest";
import type { StatefulSet } from "../../../../../shared/api/apps-v1/stateful-set.ts";
import { create, update } from "../../kind-fixture.ts";

const RESOURCE = "statefulsets.apps";

const spec = (fields: object = {}) => ({
  selector: { matchLabels: { app: "web" } },
  serviceName: "web",
  template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } },
  ...fields,
});

const claim = {
  metadata: { name: "www" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};

test("what is left out is filled in as Kubernetes does", () => {
  const { object, errors } = create<StatefulSet>(RESOURCE, { spec: spec({ volumeClaimTemplates: [claim] }) });
  expect(errors).toEqual([]);
  expect(object.spec).toMatchObject({
    replicas: 1,
    podManagementPolicy: "OrderedReady",
    revisionHistoryLimit: 10,
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0, maxUnavailable: 1 } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
  });
  expect(object.spec.volumeClaimTemplates).toEqual([
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "www" },
      spec: { ...claim.spec, volumeMode: "Filesystem" },
      status: { phase: "Pending" },
    },
  ]);
});

test("containers may mount the claims, and nothing that there is not", () => {
  const mounting = (name: string) => {
    const container = { name: "web", image: "nginx", volumeMounts: [{ name, mountPath: "/data" }] };
    const template = { metadata: { labels: { app: "web" } }, spec: { containers: [container] } };
    return create(RESOURCE, { spec: spec({ template, volumeClaimTemplates: [claim] }) }).errors;
  };
  expect(mounting("www")).toEqual([]);
  expect(mounting("log")).toEqual(['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "log"']);
});

test("OnDelete has no settings of a rolling update", () => {
  const { object, errors } = create<StatefulSet>(RESOURCE, { spec: spec({ updateStrategy: { type: "OnDelete" } }) });
  expect(errors).toEqual([]);
  expect(object.spec.updateStrategy).toEqual({ type: "OnDelete" });
});

describe("a StatefulSet is refused with", () => {
  test.each<[string, object, string]>([
    [
      "a policy that there is not",
      { podManagementPolicy: "Wild" },
      'spec.podManagementPolicy: Unsupported value: "Wild": supported values: "OrderedReady", "Parallel"',
    ],
    [
      "a strategy that there is not",
      { updateStrategy: { type: "Recreate" } },
      'spec.updateStrategy.type: Unsupported value: "Recreate": supported values: "OnDelete", "RollingUpdate"',
    ],
    [
      "a negative partition",
      { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: -1 } } },
      "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0",
    ],
    [
      "no Pod that may be unavailable",
      { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } } },
      "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0",
    ],
    [
      "a retention policy that there is not",
      { persistentVolumeClaimRetentionPolicy: { whenScaled: "Burn" } },
      'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Burn": supported values: "Delete", "Retain"',
    ],
    [
      "a negative start",
      { ordinals: { start: -1 } },
      "spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0",
    ],
    [
      "a selector that misses the template",
      { selector: { matchLabels: { app: "other" } } },
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      "an empty selector",
      { selector: {} },
      "spec.selector: Invalid value: {}: empty selector is invalid for statefulset",
    ],
  ])("%s", (_, fields, expected) => {
    expect(create(RESOURCE, { spec: spec(fields) }).errors).toEqual([expected]);
  });
});

test.each<[string, object, boolean]>([
  ["its size", { replicas: 5 }, true],
  [
    "its template",
    { template: { ...spec().template, spec: { containers: [{ name: "web", image: "nginx:2" }] } } },
    true,
  ],
  ["its numbering", { ordinals: { start: 3 } }, true],
  ["its Service", { serviceName: "other" }, false],
  ["its claims", { volumeClaimTemplates: [claim] }, false],
  ["its management policy", { podManagementPolicy: "Parallel" }, false],
])("%s may change: %s", (_, fields, allowed) => {
  const { object } = create<StatefulSet>(RESOURCE, { spec: spec() });
  const { errors } = update(RESOURCE, object, { spec: { ...object.spec, ...fields } });
  expect(errors).toEqual(
    allowed
      ? []
      : [
          "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        ],
  );
});

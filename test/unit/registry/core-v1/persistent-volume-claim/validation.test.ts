import { describe, expect, test } from "vitest";
import type { PersistentVolumeClaim } from "../../../../../shared/api/core-v1/persistent-volume-claim.ts";
import {
  validatePersistentVolumeClaim,
  validatePersistentVolumeClaimUpdate,
} from "../../../../../shared/registry/core-v1/persistent-volume-claim/validation.ts";

type Spec = PersistentVolumeClaim["spec"];

const sized = (storage: string) => ({ requests: { storage } });
const claim = (spec: Spec, status: PersistentVolumeClaim["status"] = {}): PersistentVolumeClaim => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: {
    name: "data",
    namespace: "shop",
    uid: "u",
    resourceVersion: "1",
    creationTimestamp: "2026-01-01T00:00:00Z",
  },
  spec: { accessModes: ["ReadWriteOnce"], resources: sized("1Gi"), ...spec },
  status,
});
const told = (errors: ReturnType<typeof validatePersistentVolumeClaim>) =>
  errors.map(({ field, message }) => `${field}: ${message}`);

describe("a claim", () => {
  test.each<[string, Spec, readonly string[]]>([
    ["is well", {}, []],
    ["may select its volume", { selector: { matchLabels: { tier: "fast" } } }, []],
    [
      "says how it is mounted",
      { accessModes: [] },
      ["spec.accessModes: Required value: at least 1 access mode is required"],
    ],
    ["says how large it is", { resources: {} }, ["spec.resources[storage]: Required value"]],
    [
      "is not empty",
      { resources: sized("0") },
      ['spec.resources[storage]: Invalid value: "0": must be greater than zero'],
    ],
    [
      "is not less than empty",
      { resources: sized("-1Gi") },
      ['spec.resources[storage]: Invalid value: "-1Gi": must be greater than zero'],
    ],
    [
      "has the mode of one Pod alone",
      { accessModes: ["ReadWriteOncePod", "ReadOnlyMany"] },
      ["spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes"],
    ],
    [
      "selects by labels that can be",
      { selector: { matchLabels: { "a b": "c" } } },
      ['spec.selector.matchLabels: Invalid value: "a b": name part must consist of'],
    ],
    [
      "has a class that can be",
      { storageClassName: "Fast!" },
      ['spec.storageClassName: Invalid value: "Fast!": a lowercase'],
    ],
    [
      "has a mode that there is",
      { volumeMode: "Tape" },
      ['spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"'],
    ],
  ])("%s", (_, spec, expected) => {
    const found = told(validatePersistentVolumeClaim(claim(spec)));
    expect(found.map((one, i) => one.slice(0, expected[i]?.length))).toEqual(expected);
  });
});

describe("a claim that has a volume", () => {
  const status = { phase: "Bound", capacity: { storage: "1Gi" } } as const;
  const old = claim({ volumeName: "pvc-1", volumeAttributesClassName: "gold" }, status);
  const IMMUTABLE =
    "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
  test.each<[string, Spec, readonly string[]]>([
    ["may grow", { resources: sized("2Gi") }, []],
    ["may have other attributes", { volumeAttributesClassName: "silver" }, []],
    [
      "may not shrink",
      { resources: sized("512Mi") },
      ["spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"],
    ],
    ["keeps its volume", { volumeName: "pvc-2" }, [IMMUTABLE]],
    ["keeps its limits", { resources: { ...sized("1Gi"), limits: { storage: "2Gi" } } }, [IMMUTABLE]],
  ])("%s", (_, spec, expected) => {
    const now = claim({ ...old.spec, ...spec }, status);
    expect(told(validatePersistentVolumeClaimUpdate(now, old))).toEqual(expected);
  });

  test("has some attributes once it has had some", () => {
    const { volumeAttributesClassName: _, ...spec } = old.spec;
    expect(told(validatePersistentVolumeClaimUpdate({ ...old, spec }, old))).toEqual([
      "spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden",
    ]);
  });

  test("may take back a size that it has not reached", () => {
    const grown = { ...old, spec: { ...old.spec, resources: sized("4Gi") } };
    const now = { ...old, spec: { ...old.spec, resources: sized("2Gi") } };
    expect(validatePersistentVolumeClaimUpdate(now, grown)).toEqual([]);
  });
});

test("a claim without a volume may be given one, and changes in nothing else", () => {
  const old = claim({}, { phase: "Pending" });
  expect(validatePersistentVolumeClaimUpdate(claim({ volumeName: "mine" }), old)).toEqual([]);
  expect(validatePersistentVolumeClaimUpdate(claim({ resources: sized("2Gi") }), old)).toHaveLength(1);
});

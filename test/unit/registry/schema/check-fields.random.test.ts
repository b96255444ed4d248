import { expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../../shared/apimachinery/json.ts";
import { jsonPatch } from "../../../../shared/apimachinery/patch/json-patch.ts";
import { mergePatch } from "../../../../shared/apimachinery/patch/merge-patch.ts";
import { strategicMerge } from "../../../../shared/apimachinery/patch/strategic-merge.ts";
import { podSchema } from "../../../../shared/registry/core-v1/pod/schema.ts";
import { applyDefaults } from "../../../../shared/registry/schema/apply-defaults.ts";
import { checkFields } from "../../../../shared/registry/schema/check-fields.ts";
import { randomIntegers } from "../../../suites/random.ts";

const KEYS = [
  "spec",
  "containers",
  "name",
  "env",
  "ports",
  "containerPort",
  "volumes",
  "metadata",
  "finalizers",
  "labels",
];
const ODD_KEYS = [
  "$patch",
  "$retainKeys",
  "$setElementOrder/containers",
  "$deleteFromPrimitiveList/finalizers",
  "__proto__",
  "constructor",
  "",
  "é",
];
const SCALARS: readonly JsonValue[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  "",
  "a",
  "delete",
  "replace",
  "merge",
  "2026-01-01T00:00:00Z",
];

function randomValue(pick: (n: number) => number, depth: number): JsonValue {
  const shape = depth === 0 ? 0 : pick(4);
  if (shape === 0) return SCALARS[pick(SCALARS.length)] ?? null;
  if (shape === 1) return Array.from({ length: pick(4) }, () => randomValue(pick, depth - 1));
  const keys = pick(5) === 0 ? ODD_KEYS : KEYS;
  const entries = Array.from(
    { length: pick(5) },
    () => [keys[pick(keys.length)] ?? "", randomValue(pick, depth - 1)] as const,
  );
  return Object.fromEntries(entries);
}

test("twenty thousand random bodies are each decoded or refused, and decoding is stable", () => {
  const pick = randomIntegers(1);
  let accepted = 0;
  for (let i = 0; i < 20_000; i++) {
    const body = randomValue(pick, 6);
    const checked = checkFields(podSchema, body, "Pod");
    if (!checked.ok) {
      expect(checked.message).not.toBe("");
      continue;
    }
    accepted++;
    const filled = applyDefaults(podSchema, checked.value);
    expect(checkFields(podSchema, filled, "Pod")).toEqual({ ok: true, value: filled, unknown: [] });
  }
  expect(accepted).toBeGreaterThan(100);
});

test("twenty thousand random patches of each kind are applied or refused with a client's error", () => {
  const pick = randomIntegers(2);
  const target: JsonObject = {
    metadata: { name: "p", finalizers: ["x", "y"], labels: { a: "b" } },
    spec: {
      containers: [{ name: "a", ports: [{ containerPort: 80 }] }, { name: "b" }],
      volumes: [{ name: "v", emptyDir: {} }],
    },
  };
  const before = JSON.stringify(target);
  let applied = 0;
  for (let i = 0; i < 20_000; i++) {
    const patch = randomValue(pick, 6);
    const results = [
      strategicMerge(podSchema, target, patch),
      mergePatch(target, patch),
      jsonPatch(target, [{ op: "add", path: "/spec/x", value: patch }]),
      jsonPatch(target, patch),
    ];
    for (const result of results) {
      if (result.ok) applied++;
      else expect(result.status.code).toBeOneOf([400, 413, 422]);
    }
  }
  expect(applied).toBeGreaterThan(20_000);
  expect(JSON.stringify(target)).toBe(before);
});

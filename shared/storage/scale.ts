/** `autoscaling/v1 Scale`: a view of an object through its kind's `ScaleBinding`. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Result } from "../api/meta-v1/status.ts";
import { invalid, required } from "../apimachinery/field-error.ts";
import { mergePatch } from "../apimachinery/patch/merge-patch.ts";
import { jsonPatch } from "../apimachinery/patch/json-patch.ts";
import { badRequest, invalidObject, refuse, unknownPath } from "../apimachinery/status.ts";
import { scaleSchema } from "../registry/autoscaling-v1/scale/schema.ts";
import { apiVersionOf, type ResourceKind, type ScaleBinding } from "../registry/resource-kind.ts";
import type { Host } from "../runtime/host.ts";
import { applyServerSide, checkedConfiguration, type AppliedObject } from "./managed-fields.ts";
import type { Mutation } from "./mutation.ts";

const SCALE = { group: "autoscaling", kind: "Scale" };

/** The Scale of a stored object. Null when its kind has none. */
export function toScale(kind: ResourceKind, stored: KubeObject): Readonly<Record<string, unknown>> | null {
  if (kind.scale === undefined) return null;
  const object = kind.custom?.fromStored(stored) ?? stored;
  const { replicas, statusReplicas, selector } = kind.scale.get(object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas },
    status: { replicas: statusReplicas, selector },
  };
}

/** The object with the replicas that a write to its Scale asks for; the Scale's `resourceVersion` is the object's. */
export function applyScale(
  kind: ResourceKind,
  mutation: Extract<Mutation, { verb: "update" | "patch" }>,
  old: KubeObject,
): Result<unknown> {
  const scale = toScale(kind, old);
  if (scale === null || kind.scale === undefined) return refuse(unknownPath());
  const wanted = wantedScale(mutation, scale);
  return wanted.ok ? scaled(kind.scale, wanted.value, old) : wanted;
}

/**
 * Server-side apply of a Scale: as one of the object that names its replicas and nothing else, so that whoever scales owns these, where
 * the kind has them, through the subresource (managedfields `ScaleHandler`).
 */
export function applyScaleServerSide(
  kind: ResourceKind,
  mutation: Extract<Mutation, { verb: "patch" }>,
  old: KubeObject,
  host: Host,
): Result<AppliedObject> {
  if (kind.scale === undefined) return refuse(unknownPath());
  const checked = checkedConfiguration(
    { ...SCALE, version: "v1", plural: kind.plural, schema: scaleSchema },
    mutation,
    old,
  );
  if (!checked.ok) return checked;
  const { spec, metadata = {} } = checked.value as { spec?: { replicas?: unknown } | null; metadata?: object };
  const bare = { apiVersion: apiVersionOf(kind), kind: kind.kind } as KubeObject;
  const patch = typeof spec?.replicas === "number" ? kind.scale.set(bare, spec.replicas) : bare;
  const applied = applyServerSide(kind, { ...mutation, patch }, old, host);
  if (!applied.ok) return applied;
  // Who applies a Scale without replicas gives them up; the field that is left is Go's zero.
  const { replicas } = kind.scale.get(applied.value.object as KubeObject);
  const object = scaled(kind.scale, { spec: { replicas }, metadata }, old);
  return object.ok ? { ok: true, value: { object: object.value, entries: applied.value.entries } } : object;
}

/** `old` with the replicas that the Scale asks for. */
function scaled(binding: ScaleBinding, scale: unknown, old: KubeObject): Result<unknown> {
  if (scale === null || typeof scale !== "object") {
    return refuse(badRequest("the object provided is unrecognized (must be of type Scale)"));
  }
  const { spec, metadata } = scale as {
    spec?: { replicas?: unknown };
    metadata?: { resourceVersion?: unknown; uid?: unknown };
  };
  const replicas = spec?.replicas ?? 0;
  if (typeof replicas !== "number" || !Number.isInteger(replicas) || replicas < 0 || replicas > 2 ** 31 - 1) {
    const error =
      typeof replicas === "number"
        ? invalid("spec.replicas", replicas, "must be greater than or equal to 0")
        : required("spec.replicas", "must be an integer");
    return refuse(invalidObject(SCALE, old.metadata.name, [error]));
  }
  const resourceVersion = typeof metadata?.resourceVersion === "string" ? metadata.resourceVersion : "";
  const uid = typeof metadata?.uid === "string" && metadata.uid !== "" ? metadata.uid : old.metadata.uid;
  const object = binding.set(old, replicas);
  return { ok: true, value: { ...object, metadata: { ...object.metadata, uid, resourceVersion } } };
}

function wantedScale(mutation: Extract<Mutation, { verb: "update" | "patch" }>, scale: object): Result<unknown> {
  if (mutation.verb === "update") return { ok: true, value: mutation.object };
  switch (mutation.patchType) {
    case "json":
      return jsonPatch(scale as never, mutation.patch);
    // A Scale has no lists, so a strategic merge of it is a merge.
    case "merge":
    case "strategic":
      return mergePatch(scale as never, mutation.patch);
    case "apply":
      throw new Error("a Scale is applied by applyScaleServerSide");
    default:
      return mutation.patchType satisfies never;
  }
}

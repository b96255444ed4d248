/** `autoscaling/v1 Scale`: a view of an object through its kind's `ScaleBinding`. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Result } from "../api/meta-v1/status.ts";
import { invalid, required } from "../apimachinery/field-error.ts";
import { mergePatch } from "../apimachinery/patch/merge-patch.ts";
import { jsonPatch } from "../apimachinery/patch/json-patch.ts";
import { badRequest, invalidObject, refuse, unknownPath, unsupportedMediaType } from "../apimachinery/status.ts";
import type { ResourceKind } from "../registry/resource-kind.ts";
import type { Mutation } from "./mutation.ts";

const SCALE = { group: "autoscaling", kind: "Scale" };

/** The Scale of an object. Null when its kind has none. */
export function toScale(kind: ResourceKind, object: KubeObject): Readonly<Record<string, unknown>> | null {
  if (kind.scale === undefined) return null;
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
  if (!wanted.ok) return wanted;
  if (wanted.value === null || typeof wanted.value !== "object") {
    return refuse(badRequest("the object provided is unrecognized (must be of type Scale)"));
  }
  const { spec, metadata } = wanted.value as {
    spec?: { replicas?: unknown };
    metadata?: { resourceVersion?: unknown };
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
  const scaled = kind.scale.set(old, replicas);
  return { ok: true, value: { ...scaled, metadata: { ...scaled.metadata, resourceVersion } } };
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
      return refuse(unsupportedMediaType(["application/json-patch+json", "application/merge-patch+json"]));
    default:
      return mutation.patchType satisfies never;
  }
}

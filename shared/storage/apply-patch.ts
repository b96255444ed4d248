/** A PATCH of a stored object, by the patch's media type. Server-side apply is no patch: `managed-fields.ts`. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Result } from "../api/meta-v1/status.ts";
import { jsonPatch } from "../apimachinery/patch/json-patch.ts";
import { mergePatch } from "../apimachinery/patch/merge-patch.ts";
import { strategicMerge } from "../apimachinery/patch/strategic-merge.ts";
import { refuse, unsupportedMediaType } from "../apimachinery/status.ts";
import type { ResourceKind } from "../registry/resource-kind.ts";
import type { Mutation } from "./mutation.ts";

/** The media types of patches that need an object to begin with. */
const PATCH_MEDIA_TYPES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
] as const;

/** The object that results, not yet decoded; a failing patch is a 400, 415 or 422. */
export function applyPatch(
  kind: ResourceKind,
  mutation: Extract<Mutation, { verb: "patch" }>,
  old: KubeObject,
): Result<unknown> {
  const current = old as never;
  switch (mutation.patchType) {
    case "json":
      return jsonPatch(current, mutation.patch);
    case "merge":
      return mergePatch(current, mutation.patch);
    case "strategic":
      return strategicMerge(kind.schema, current, mutation.patch as never);
    case "apply":
      return refuse(unsupportedMediaType(PATCH_MEDIA_TYPES));
    default:
      return mutation.patchType satisfies never;
  }
}

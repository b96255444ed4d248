/** A PATCH of a stored object, by the patch's media type. Server-side apply is no patch: `managed-fields.ts`. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Result, Status } from "../api/meta-v1/status.ts";
import { conversionProblem, goValue } from "../apimachinery/patch/go-value.ts";
import { isJsonObject, type JsonValue } from "../apimachinery/json.ts";
import { jsonPatch } from "../apimachinery/patch/json-patch.ts";
import { mergePatch } from "../apimachinery/patch/merge-patch.ts";
import { strategicMerge } from "../apimachinery/patch/strategic-merge.ts";
import { invalidPatch, refuse, unsupportedMediaType } from "../apimachinery/status.ts";
import { apiVersionOf, type ResourceKind } from "../registry/resource-kind.ts";
import type { Undecodable } from "./decode-object.ts";
import type { Mutation } from "./mutation.ts";

/** The media types of patches that need an object to begin with. */
const PATCH_MEDIA_TYPES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
] as const;

/** Nobody can say how lists of a custom resource merge strategically. */
export const CUSTOM_PATCH_MEDIA_TYPES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/apply-patch+yaml",
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
    case "strategic": {
      const merged = strategicMerge(kind.schema, current, mutation.patch as never);
      // The result is put into the kind's Go type, whatever it calls itself.
      return merged.ok && isJsonObject(merged.value)
        ? { ok: true, value: { ...merged.value, apiVersion: apiVersionOf(kind), kind: kind.kind } }
        : merged;
    }
    case "apply":
      return refuse(unsupportedMediaType(PATCH_MEDIA_TYPES));
    default:
      return mutation.patchType satisfies never;
  }
}

/**
 * 422 for a patch that makes an object which is none of its kind. What JSON and merge patches made of the object is quoted, and of a
 * strategic one the patch itself, as kube-apiserver has it. `strictProblems` are those of the patch's own text.
 */
export function undecodablePatch(
  { patchType, patch, strictProblems = [] }: Extract<Mutation, { verb: "patch" }>,
  patched: unknown,
): UndecodablePatch {
  const strategic = patchType === "strategic";
  const strict = (problems: readonly string[]): Status =>
    invalidPatch(shown(), `strict decoding error: ${problems.join(", ")}`);
  const shown = (): string => (strategic ? goValue(patch as JsonValue) : JSON.stringify(patched));
  return {
    notStrict: strictProblems.length === 0 ? null : strict(strictProblems),
    refusal: (problem, message) => {
      switch (problem.kind) {
        case "strict":
          return strict([...strictProblems, problem.message]);
        case "type":
          return invalidPatch(shown(), strategic ? conversionProblem(problem.message) : message);
        default:
          return problem satisfies never;
      }
    },
  };
}

export interface UndecodablePatch {
  /** What an object that cannot be decoded is refused with. */
  readonly refusal: (problem: Undecodable, message: string) => Status;
  /** The refusal of a patch whose text alone is not strict; null when it is. */
  readonly notStrict: Status | null;
}

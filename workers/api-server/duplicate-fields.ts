/** Fields that stand twice in a body. The store cannot see them any more, so they are reported here. */
import type { Status } from "../../shared/api/meta-v1/status.ts";
import { badRequest } from "../../shared/apimachinery/status.ts";
import { strictJsonPatchProblems } from "../../shared/apimachinery/patch/json-patch.ts";
import { checkObject, type DecodedKind } from "../../shared/storage/decode-object.ts";
import type { WriteOptions } from "../../shared/storage/mutation.ts";
import type { Decoded, DecodedPatch } from "./body.ts";

type FieldValidation = WriteOptions["fieldValidation"];

const duplicateField = (path: string): string => `duplicate field ${JSON.stringify(path)}`;

export const duplicateWarnings = ({ duplicates }: Decoded, fieldValidation: FieldValidation): readonly string[] =>
  fieldValidation === "Warn" ? duplicates.map(duplicateField) : [];

/**
 * Strict validation refuses a field that stands twice. The refusal must name the unknown fields as well, so both are found
 * here; without duplicates the store does it all.
 */
export function strictRefusal(
  kind: DecodedKind,
  { value, duplicates }: Decoded,
  fieldValidation: FieldValidation,
): Status | null {
  if (duplicates.length === 0 || fieldValidation !== "Strict") return null;
  const checked = checkObject(kind, value);
  const unknown = checked.ok ? checked.unknown : [];
  const why = `strict decoding error: ${[...duplicates.map(duplicateField), ...unknown].join(", ")}`;
  return badRequest(
    `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${why}`,
  );
}

/** What is wrong with a patch's text, strictly taken, in the words of the decoder that reads patches of its type. */
export function strictPatchProblems({ patchType, value, duplicates }: DecodedPatch): readonly string[] {
  switch (patchType) {
    case "json":
      return [...duplicates.map((path) => `json patch ${duplicateField(path)}`), ...strictJsonPatchProblems(value)];
    case "merge":
    case "strategic":
      return duplicates.map(duplicateField);
    case "apply":
      return duplicates.length === 0 ? [] : [yamlDuplicates(duplicates)];
    default:
      return patchType satisfies never;
  }
}

/** An apply's body counts as YAML, whose decoder names the key alone. Bodies are read as JSON first, which has no lines to speak of. */
function yamlDuplicates(paths: readonly string[]): string {
  const keys = paths.map(
    (path) => `  line 1: key ${JSON.stringify(path.slice(path.lastIndexOf(".") + 1))} already set in map`,
  );
  return `error converting YAML to JSON: yaml: unmarshal errors:\n${keys.join("\n")}`;
}

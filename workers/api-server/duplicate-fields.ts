/** Fields that stand twice in a body. The store cannot see them any more, so they are reported here. */
import type { Status } from "../../shared/api/meta-v1/status.ts";
import { badRequest } from "../../shared/apimachinery/status.ts";
import { checkFields } from "../../shared/registry/schema/check-fields.ts";
import type { DecodedKind } from "../../shared/storage/decode-object.ts";
import type { WriteOptions } from "../../shared/storage/mutation.ts";
import type { Decoded } from "./body.ts";

type FieldValidation = WriteOptions["fieldValidation"];

export const duplicateField = (path: string): string => `duplicate field ${JSON.stringify(path)}`;

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
  const checked = checkFields(kind.schema, value, kind.kind);
  const unknown = checked.ok ? checked.unknown : [];
  const why = `strict decoding error: ${[...duplicates.map(duplicateField), ...unknown].join(", ")}`;
  return badRequest(
    `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${why}`,
  );
}

/** The selectors of a list or watch, parsed and checked against what the kind offers. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Result } from "../api/meta-v1/status.ts";
import { matchesRequirements, parseFieldSelector, parseLabelSelector } from "../apimachinery/selectors.ts";
import { badRequest, refuse } from "../apimachinery/status.ts";
import type { ResourceKind } from "../registry/resource-kind.ts";
import type { Selectors } from "./mutation.ts";

/** `null` selects everything, so that callers can skip parsing objects. */
export type Selection = ((object: KubeObject) => boolean) | null;

/** Builds the predicate of both selectors; 400 for bad syntax or a field the kind does not offer. */
export function selectionOf(
  kind: ResourceKind,
  { labelSelector = "", fieldSelector = "" }: Selectors,
): Result<Selection> {
  const labels = parseLabelSelector(labelSelector);
  if (!labels.ok) return refuse(badRequest(`unable to parse requirement: ${labels.message}`));
  const fields = parseFieldSelector(fieldSelector);
  if (!fields.ok) return refuse(badRequest(fields.message));
  const unknown = fields.value.find((f) => fieldReader(kind, f.field) === undefined);
  if (unknown !== undefined) {
    return refuse(badRequest(`field label not supported: ${unknown.field}`));
  }
  if (labels.value.length === 0 && fields.value.length === 0) return { ok: true, value: null };
  const readers = fields.value.map((f) => ({ ...f, read: fieldReader(kind, f.field) ?? (() => "") }));
  const selection = (object: KubeObject): boolean =>
    matchesRequirements(labels.value, object.metadata.labels) &&
    readers.every(({ read, operator, value }) => (read(object) === value) === (operator === "="));
  return { ok: true, value: selection };
}

function fieldReader(kind: ResourceKind, field: string): ((object: KubeObject) => string) | undefined {
  if (field === "metadata.name") return (object) => object.metadata.name;
  if (field === "metadata.namespace") return (object) => object.metadata.namespace ?? "";
  return Object.hasOwn(kind.selectableFields, field) ? kind.selectableFields[field] : undefined;
}

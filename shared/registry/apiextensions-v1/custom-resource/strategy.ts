import type { JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import type { KubeObject } from "../../../api/meta-v1/object.ts";
import { invalid, type FieldError, type FieldErrorReason } from "../../../apimachinery/field-error.ts";
import type { JsonValue } from "../../../apimachinery/json.ts";
import { omit } from "../../../apimachinery/omit.ts";
import { semanticEqual } from "../../../apimachinery/semantic-equal.ts";
import type { Strategy } from "../../resource-kind.ts";
import { strategy, withStatusOf } from "../../strategy.ts";
import { compileRules, type RuleTree } from "./rules/compile-rules.ts";
import { evaluateRules } from "./rules/evaluate-rules.ts";
import { validateEmbedded } from "./validate-embedded.ts";
import { validateLists } from "./validate-lists.ts";
import { validateValue } from "./validate-value.ts";

const withoutStatus = (object: KubeObject): KubeObject => omit(object as KubeObject & { status?: unknown }, "status");

/** A write to `/status` changes nothing else, metadata included. */
const statusOnly = (object: KubeObject, old: KubeObject): KubeObject => {
  const { resourceVersion, managedFields } = object.metadata;
  const metadata = { ...old.metadata, resourceVersion, ...(managedFields === undefined ? {} : { managedFields }) };
  return { ...withStatusOf(old, object), metadata };
};

/** Any change but to the metadata is a new generation; where `/status` is served, the status is apart as well. */
const changesBeside =
  (hasStatus: boolean) =>
  (object: KubeObject, old: KubeObject): boolean => {
    const compared = ({ metadata: _metadata, apiVersion: _version, ...rest }: KubeObject): unknown =>
      hasStatus ? omit(rest as { status?: unknown }, "status") : rest;
    return !semanticEqual(compared(object), compared(old));
  };

/** What makes a schema's rules fail on an object whatever it says, or makes them fail for no reason of their own. */
const BLOCKING: ReadonlySet<FieldErrorReason> = new Set<FieldErrorReason>([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

const NOT_CHECKED = invalid(
  "<nil>",
  null,
  "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
);

/** The rules in CEL, compiled when the first object comes. */
function ruleChecks(schema: JSONSchemaProps): Pick<Strategy, "validateRules" | "warnings"> {
  let tree: RuleTree | null | undefined;
  const ratcheted = new WeakMap<KubeObject, readonly string[]>();
  return {
    validateRules: (object, old, found) => {
      if (tree === undefined) tree = compileRules(schema, true);
      if (tree === null) return [];
      if (found.some(({ reason }) => BLOCKING.has(reason))) return [NOT_CHECKED];
      const before = old === undefined ? undefined : (old as unknown as JsonValue);
      const findings = evaluateRules(tree, object as unknown as JsonValue, before);
      const lines = findings.ratcheted.map(({ field, message }) => `${field}: ${message}`);
      if (lines.length > 0) ratcheted.set(object, lines);
      return findings.errors;
    },
    warnings: (object) => ratcheted.get(object) ?? [],
  };
}

/** The strategy of objects that `schema` describes (apiextensions `registry/customresource`). */
export function customStrategy(schema: JSONSchemaProps, hasStatus: boolean): Strategy {
  const validate = (object: KubeObject): readonly FieldError[] => {
    const value = object as unknown as JsonValue;
    return [
      ...validateValue(schema, value, ""),
      ...validateEmbedded(schema, value, ""),
      ...validateLists(schema, value, ""),
    ];
  };
  return strategy({
    ...ruleChecks(schema),
    prepareForCreate: (object) => (hasStatus ? withoutStatus(object) : object),
    prepareForUpdate: (object, old) => (hasStatus ? withStatusOf(object, old) : object),
    prepareForStatusUpdate: statusOnly,
    validate,
    bumpsGeneration: changesBeside(hasStatus),
  });
}

/** For stores' own writes to objects of whatever definition: they change metadata alone. */
export const anyCustomStrategy: Strategy = strategy({ bumpsGeneration: changesBeside(true) });

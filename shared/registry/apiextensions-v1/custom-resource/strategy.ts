import type { JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import type { KubeObject } from "../../../api/meta-v1/object.ts";
import type { FieldError } from "../../../apimachinery/field-error.ts";
import type { JsonValue } from "../../../apimachinery/json.ts";
import { omit } from "../../../apimachinery/omit.ts";
import { semanticEqual } from "../../../apimachinery/semantic-equal.ts";
import type { Strategy } from "../../resource-kind.ts";
import { strategy, withStatusOf } from "../../strategy.ts";
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
    prepareForCreate: (object) => (hasStatus ? withoutStatus(object) : object),
    prepareForUpdate: (object, old) => (hasStatus ? withStatusOf(object, old) : object),
    prepareForStatusUpdate: statusOnly,
    validate,
    bumpsGeneration: changesBeside(hasStatus),
  });
}

/** For stores' own writes to objects of whatever definition: they change metadata alone. */
export const anyCustomStrategy: Strategy = strategy({ bumpsGeneration: changesBeside(true) });

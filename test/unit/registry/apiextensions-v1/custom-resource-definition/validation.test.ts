import { describe, expect, test } from "vitest";
import { create, update } from "../../kind-fixture.ts";
import type { CustomResourceDefinition } from "../../../../../shared/api/apiextensions-v1/custom-resource-definition.ts";
import { definition, established, version, withSchema } from "../definition-fixture.ts";

const RESOURCE = "customresourcedefinitions.apiextensions.k8s.io";
const errorsOf = (sent: object): readonly string[] => create(RESOURCE, sent as Record<string, unknown>).errors;
const SCHEMA = "spec.versions[0].schema.openAPIV3Schema";

describe("a definition is valid when", () => {
  test.each<[string, object]>([
    ["it is the one of the documentation", definition()],
    ["it is cluster-scoped", definition({ scope: "Cluster" })],
    [
      "a version is not served",
      definition({ versions: [version(), version({ name: "v2", served: false, storage: false })] }),
    ],
    ["conversion is None", definition({ conversion: { strategy: "None" } })],
    ["a field is an integer or a string", withSchema(spec({ port: { "x-kubernetes-int-or-string": true } }))],
    [
      "that is said by anyOf as well",
      withSchema(
        spec({ port: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] } }),
      ),
    ],
    [
      "unknown fields are preserved without a type",
      withSchema(spec({ any: { "x-kubernetes-preserve-unknown-fields": true } })),
    ],
    [
      "the metadata's name is restricted",
      withSchema(root({ metadata: { type: "object", properties: { name: { type: "string" } } } })),
    ],
    ["a default fits", withSchema(spec({ replicas: { type: "integer", minimum: 1, default: 1 } }))],
    [
      "oneOf speaks of declared fields",
      withSchema({
        ...root({ a: { type: "string" }, b: { type: "string" } }),
        oneOf: [{ required: ["a"] }, { required: ["b"] }],
      }),
    ],
    [
      "a list is keyed by required fields",
      withSchema(spec({ ports: keyed({ name: { type: "string" } }, { required: ["name"] }) })),
    ],
    [
      "a field may be selected",
      definition({ versions: [version({ selectableFields: [{ jsonPath: ".spec.image" }] })] }),
    ],
    [
      "its group is Kubernetes' own, with the word that nobody approved",
      {
        ...definition({ group: "stable.k8s.io" }),
        metadata: {
          name: "crontabs.stable.k8s.io",
          annotations: { "api-approved.kubernetes.io": "unapproved, a test" },
        },
      },
    ],
  ])("%s", (_, sent) => {
    expect(errorsOf(sent)).toEqual([]);
  });
});

describe("of a definition is refused", () => {
  test.each<[string, object, string]>([
    [
      "a name other than plural.group",
      { ...definition(), metadata: { name: "cron.stable.example.com" } },
      'metadata.name: Invalid value: "cron.stable.example.com": must be spec.names.plural+"."+spec.group',
    ],
    [
      "a group without a dot",
      { ...definition({ group: "stable" }), metadata: { name: "crontabs.stable" } },
      'spec.group: Invalid value: "stable": should be a domain with at least one dot',
    ],
    ["no group", { ...definition({ group: "" }), metadata: { name: "crontabs." } }, "spec.group: Required value"],
    ["no scope", definition({ scope: "" }), "spec.scope: Required value"],
    [
      "a scope that there is not",
      definition({ scope: "Global" }),
      'spec.scope: Unsupported value: "Global": supported values: "Cluster", "Namespaced"',
    ],
    ["no kind", definition({ names: { plural: "crontabs" } }), "spec.names.kind: Required value"],
    [
      "a kind that is no name",
      definition({ names: { plural: "crontabs", kind: "Cron_Tab" } }),
      `spec.names.kind: Invalid value: "Cron_Tab": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
    ],
    [
      "the same kind for lists",
      definition({ names: { plural: "crontabs", kind: "CronTab", listKind: "CronTab" } }),
      'spec.names.listKind: Invalid value: "CronTab": kind and listKind may not be the same',
    ],
    [
      "a short name that is no label",
      definition({ names: { plural: "crontabs", kind: "CronTab", shortNames: ["-"] } }),
      `spec.names.shortNames[0]: Invalid value: "-": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
    ],
    [
      "no storage version",
      definition({ versions: [version({ storage: false })] }),
      "must have exactly one version marked as storage version",
    ],
    [
      "two storage versions",
      definition({ versions: [version(), version({ name: "v2" })] }),
      "must have exactly one version marked as storage version",
    ],
    [
      "a version twice",
      definition({ versions: [version(), version({ storage: false })] }),
      "must contain unique version names",
    ],
    [
      "a version that is no label",
      definition({ versions: [version({ name: "1" })] }),
      'spec.versions[0].name: Invalid value: "1": a DNS-1035 label',
    ],
    ["no versions", definition({ versions: [] }), "must have exactly one version marked as storage version"],
    [
      "a version without a schema",
      definition({ versions: [version({ schema: {} })] }),
      "spec.versions[0].schema.openAPIV3Schema: Required value",
    ],
    [
      "preserveUnknownFields",
      definition({ preserveUnknownFields: true }),
      "spec.preserveUnknownFields: Invalid value: true: must be false",
    ],
    [
      "a conversion webhook",
      definition({ conversion: { strategy: "Webhook" } }),
      "spec.conversion.strategy: Forbidden: conversion webhooks are not supported; only None is",
    ],
    [
      "a conversion that there is not",
      definition({ conversion: { strategy: "Magic" } }),
      'spec.conversion.strategy: Unsupported value: "Magic": supported values: "None", "Webhook"',
    ],
    [
      "a webhook for None",
      definition({ conversion: { strategy: "None", webhook: { conversionReviewVersions: [] } } }),
      "spec.conversion.webhook: Forbidden: should not be set when strategy is not set to Webhook",
    ],
    [
      "a deprecation warning of a version that is not deprecated",
      definition({ versions: [version({ deprecationWarning: "old" })] }),
      'spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions',
    ],
    [
      "an empty deprecation warning",
      definition({ versions: [version({ deprecated: true, deprecationWarning: "" })] }),
      "must not be an empty string",
    ],
    [
      "a deprecation warning of two lines",
      definition({ versions: [version({ deprecated: true, deprecationWarning: "a\nb" })] }),
      "must only contain printable UTF-8 characters; non-printable character found at index 1",
    ],
    [
      "a group of Kubernetes' own",
      { ...definition({ group: "stable.k8s.io" }), metadata: { name: "crontabs.stable.k8s.io" } },
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
    ],
    [
      "an approval that is no URL",
      {
        ...definition({ group: "stable.k8s.io" }),
        metadata: { name: "crontabs.stable.k8s.io", annotations: { "api-approved.kubernetes.io": "yes" } },
      },
      'with either a URL or a reason starting with "unapproved"',
    ],
    [
      "a column without a type",
      withColumn({ name: "A", jsonPath: ".spec.a" }),
      "spec.versions[0].additionalPrinterColumns[0].type: Required value: must be one of boolean,date,integer,number,string",
    ],
    [
      "a column of a type that there is not",
      withColumn({ name: "A", type: "text", jsonPath: ".spec.a" }),
      'spec.versions[0].additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
    ],
    [
      "a column of a format that there is not",
      withColumn({ name: "A", type: "string", format: "x", jsonPath: ".a" }),
      'format: Invalid value: "x": must be one of byte,date,date-time,double,float,int32,int64,password',
    ],
    [
      "a column without a path",
      withColumn({ name: "A", type: "string" }),
      "spec.versions[0].additionalPrinterColumns[0].JSONPath: Required value",
    ],
    [
      "a column's path without a dot",
      withColumn({ name: "A", type: "string", jsonPath: "spec.a" }),
      'JSONPath: Invalid value: "spec.a": must be a simple json path starting with .',
    ],
    [
      "a column without a name",
      withColumn({ type: "string", jsonPath: ".spec.a" }),
      "additionalPrinterColumns[0].name: Required value",
    ],
    [
      "a scale of nothing",
      withScale({ statusReplicasPath: ".status.replicas" }),
      "spec.versions[0].subresources.scale.specReplicasPath: Required value",
    ],
    [
      "a scale outside the spec",
      withScale({ specReplicasPath: ".status.a", statusReplicasPath: ".status.b" }),
      'spec.versions[0].subresources.scale.specReplicasPath: Invalid value: ".status.a": should be a json path under .spec',
    ],
    [
      "a scale's status outside the status",
      withScale({ specReplicasPath: ".spec.a", statusReplicasPath: ".spec.b" }),
      "should be a json path under .status",
    ],
    [
      "a scale's selector in the metadata",
      withScale({ specReplicasPath: ".spec.a", statusReplicasPath: ".status.b", labelSelectorPath: ".metadata.x" }),
      "should be a json path under either .spec or .status",
    ],
    [
      "a selectable field that is not declared",
      withSelectable(".spec.nothing"),
      'spec.versions[0].selectableFields[0].jsonPath: Invalid value: ".spec.nothing": is an invalid path: does not refer to a valid field',
    ],
    ["a selectable object", withSelectable(".spec"), "must point to a field of type string, boolean or integer"],
    ["selectable metadata", withSelectable(".metadata.name"), "must not point to fields in metadata"],
    [
      "a selectable field twice",
      withSelectable(".spec.image", ".spec.image"),
      'selectableFields[1].jsonPath: Duplicate value: ".spec.image"',
    ],
  ])("%s", (_, sent, message) => {
    expect(errorsOf(sent).join("\n")).toContain(message);
  });
});

describe("of a schema is refused", () => {
  test.each<[string, object, string]>([
    [
      "a field without a type",
      spec({ a: {} }),
      `${SCHEMA}.properties[spec].properties[a].type: Required value: must not be empty for specified object fields`,
    ],
    [
      "elements without a type",
      spec({ a: { type: "array", items: {} } }),
      `${SCHEMA}.properties[spec].properties[a].items.type: Required value: must not be empty for specified array items`,
    ],
    [
      "a root without a type",
      { properties: {}, description: "x" },
      `${SCHEMA}.type: Required value: must not be empty at the root`,
    ],
    [
      "a root that is no object",
      { type: "string" },
      `${SCHEMA}.type: Invalid value: "string": must be object at the root`,
    ],
    [
      "a type that there is not",
      spec({ a: { type: "text" } }),
      'type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"',
    ],
    [
      "the type null",
      spec({ a: { type: "null" } }),
      "type: Forbidden: type cannot be set to null, use nullable as an alternative",
    ],
    [
      "a list of nobody knows what",
      spec({ a: { type: "array" } }),
      `${SCHEMA}.properties[spec].properties[a].items: Required value: must be specified`,
    ],
    [
      "additionalProperties at the root",
      { type: "object", additionalProperties: { type: "string" } },
      `${SCHEMA}.additionalProperties: Forbidden: must not be used at the root`,
    ],
    [
      "additionalProperties beside properties",
      spec({ a: { type: "object", properties: { b: { type: "string" } }, additionalProperties: { type: "string" } } }),
      "additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
    ],
    ["$ref", spec({ a: { type: "object", $ref: "#/definitions/b" } }), "$ref: Forbidden: $ref is not supported"],
    [
      "definitions",
      { ...root({}), definitions: { b: { type: "string" } } },
      "definitions: Forbidden: definitions is not supported",
    ],
    [
      "patternProperties",
      spec({ a: { type: "object", patternProperties: { b: { type: "string" } } } }),
      "patternProperties: Forbidden: patternProperties is not supported",
    ],
    [
      "dependencies",
      spec({ a: { type: "object", dependencies: { b: ["c"] } } }),
      "dependencies: Forbidden: dependencies is not supported",
    ],
    [
      "uniqueItems",
      spec({ a: { type: "array", uniqueItems: true, items: { type: "string" } } }),
      "uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
    ],
    [
      "a nullable root",
      { ...root({}), nullable: true },
      `${SCHEMA}.nullable: Forbidden: nullable cannot be true at the root`,
    ],
    [
      "a default of the metadata",
      root({ metadata: { type: "object", default: {} } }),
      "must not be set in top-level metadata",
    ],
    [
      "more about the metadata than its name",
      root({ metadata: { type: "object", properties: { labels: { type: "object" } } } }),
      "properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
    ],
    [
      "a kind that is no string",
      root({ kind: { type: "integer" } }),
      'properties[kind].type: Invalid value: "integer": must be string',
    ],
    [
      "preserve-unknown-fields: false",
      spec({ a: { type: "object", "x-kubernetes-preserve-unknown-fields": false } }),
      "x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined",
    ],
    [
      "int-or-string that preserves fields",
      spec({ a: { "x-kubernetes-int-or-string": true, "x-kubernetes-preserve-unknown-fields": true } }),
      "must be false if x-kubernetes-int-or-string is true",
    ],
    [
      "an embedded resource that is no object",
      spec({ a: { type: "string", "x-kubernetes-embedded-resource": true } }),
      'type: Invalid value: "string": must be object if x-kubernetes-embedded-resource is true',
    ],
    [
      "an embedded resource without fields",
      spec({ a: { type: "object", "x-kubernetes-embedded-resource": true } }),
      "properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
    ],
    [
      "a type inside allOf",
      { ...root({}), allOf: [{ type: "object" }] },
      `${SCHEMA}.allOf[0].type: Forbidden: must be empty to be structural`,
    ],
    [
      "a description inside anyOf",
      { ...root({}), anyOf: [{ description: "x" }] },
      `${SCHEMA}.anyOf[0].description: Forbidden: must be empty to be structural`,
    ],
    [
      "a default inside not",
      { ...root({}), not: { default: 1 } },
      `${SCHEMA}.not.default: Forbidden: must be undefined to be structural`,
    ],
    [
      "nullable inside oneOf",
      { ...root({}), oneOf: [{ nullable: true }] },
      `${SCHEMA}.oneOf[0].nullable: Forbidden: must be false to be structural`,
    ],
    [
      "metadata inside allOf",
      { ...root({}), allOf: [{ properties: { metadata: {} } }] },
      `${SCHEMA}.allOf[0].properties[metadata]: Forbidden: must not be specified in a nested context`,
    ],
    [
      "a field that only anyOf knows",
      { ...root({}), anyOf: [{ properties: { a: { minimum: 1 } } }] },
      `${SCHEMA}.properties[a]: Required value: because it is defined in ${SCHEMA}.anyOf[0].properties[a]`,
    ],
    [
      "a pattern that is none",
      spec({ a: { type: "string", pattern: "(" } }),
      'pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: ',
    ],
    [
      "a default of the wrong type",
      spec({ a: { type: "integer", default: "x" } }),
      `${SCHEMA}.properties[spec].properties[a].default: Invalid value: "string": ${SCHEMA}.properties[spec].properties[a].default in body must be of type integer: "string"`,
    ],
    [
      "a default with unknown fields",
      spec({ a: { type: "object", default: { b: 1 } } }),
      'default: Invalid value: {"b":1}: must not have unknown fields',
    ],
    [
      "a list type of no list",
      spec({ a: { type: "string", "x-kubernetes-list-type": "set" } }),
      'type: Invalid value: "string": must be array if x-kubernetes-list-type is specified',
    ],
    [
      "a list type that there is not",
      spec({ a: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "bag" } }),
      'x-kubernetes-list-type: Unsupported value: "bag": supported values: "atomic", "set", "map"',
    ],
    [
      "a set of maps that merge",
      spec({ a: { type: "array", items: { type: "object" }, "x-kubernetes-list-type": "set" } }),
      "items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set",
    ],
    [
      "a set of lists that merge",
      spec({
        a: {
          type: "array",
          items: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
          "x-kubernetes-list-type": "set",
        },
      }),
      "must be atomic as item of a list with x-kubernetes-list-type=set",
    ],
    [
      "keys of a list that is no map",
      spec({ a: { type: "array", items: { type: "object" }, "x-kubernetes-list-map-keys": ["b"] } }),
      "x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty",
    ],
    [
      "a keyed list without keys",
      spec({ a: { type: "array", items: { type: "object" }, "x-kubernetes-list-type": "map" } }),
      "x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map",
    ],
    [
      "a key that is no field",
      spec({ a: keyed({}) }),
      'x-kubernetes-list-map-keys: Invalid value: ["name"]: entries must all be names of item properties',
    ],
    [
      "a key that may be absent",
      spec({ a: keyed({ name: { type: "string" } }) }),
      "items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
    ],
    [
      "a key that may be null",
      spec({ a: keyed({ name: { type: "string", nullable: true } }, { required: ["name"] }) }),
      "items.properties[name].nullable: Forbidden: this property is in x-kubernetes-list-map-keys, so it cannot be nullable",
    ],
    [
      "a key that is a list",
      spec({ a: keyed({ name: { type: "array", items: { type: "string" } } }, { required: ["name"] }) }),
      "must be a scalar type if parent array's x-kubernetes-list-type is map",
    ],
    [
      "a keyed list of scalars",
      spec({
        a: {
          type: "array",
          items: { type: "string" },
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["a"],
        },
      }),
      "must be object if parent array's x-kubernetes-list-type is map",
    ],
    [
      "a nullable element of a set",
      spec({ a: { type: "array", items: { type: "string", nullable: true }, "x-kubernetes-list-type": "set" } }),
      "items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is set",
    ],
    [
      "a map type of no map",
      spec({ a: { type: "string", "x-kubernetes-map-type": "atomic" } }),
      "must be object if x-kubernetes-map-type is specified",
    ],
    [
      "a map type that there is not",
      spec({ a: { type: "object", "x-kubernetes-map-type": "loose" } }),
      'x-kubernetes-map-type: Unsupported value: "loose": supported values: "atomic", "granular"',
    ],
    [
      "a rule without an expression",
      spec({ a: { type: "string", "x-kubernetes-validations": [{ rule: " " }] } }),
      "x-kubernetes-validations[0].rule: Required value: rule is not specified",
    ],
    [
      "a rule's message of blanks",
      spec({ a: { type: "string", "x-kubernetes-validations": [{ rule: "true", message: " " }] } }),
      'message: Invalid value: " ": must be non-empty if specified',
    ],
    [
      "a rule of two lines without a message",
      spec({ a: { type: "string", "x-kubernetes-validations": [{ rule: "a\n&& b" }] } }),
      "message: Required value: message must be specified if rule contains line breaks",
    ],
    [
      "a rule's reason that there is not",
      spec({ a: { type: "string", "x-kubernetes-validations": [{ rule: "true", reason: "Why" }] } }),
      'reason: Unsupported value: "Why"',
    ],
  ])("%s", (_, schema, message) => {
    expect(errorsOf(withSchema(schema as never)).join("\n")).toContain(message);
  });

  test("with the status subresource, what is not for its root alone", () => {
    const schema = { ...root({}), anyOf: [{ required: ["spec"] }] };
    expect(errorsOf(withSchema(schema, { subresources: { status: {} } })).join("\n")).toContain(
      "fields are allowed at the root of the schema if the status subresource is enabled",
    );
  });

  test("fields named after what objects inherit, without harm", () => {
    const schema = root({ constructor: { type: "string" }, toString: { type: "integer", default: 3 } });
    expect(errorsOf(withSchema(schema))).toEqual([]);
  });
});

describe("an update", () => {
  const old = established();
  const to = (own: object): readonly string[] =>
    update<CustomResourceDefinition>(RESOURCE, old, { spec: { ...old.spec, ...own } }).errors;

  test.each<[string, object, string]>([
    ["of the scope is refused", { scope: "Cluster" }, 'spec.scope: Invalid value: "Cluster": field is immutable'],
    [
      "of the kind is refused",
      { names: { ...old.spec.names, kind: "Other" } },
      'spec.names.kind: Invalid value: "Other": field is immutable',
    ],
    [
      "of the plural is refused",
      { names: { ...old.spec.names, plural: "others" } },
      'spec.names.plural: Invalid value: "others": field is immutable',
    ],
    [
      "that takes away a version in which objects are stored is refused",
      { versions: [version({ name: "v2" })] },
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    ],
  ])("%s", (_, own, message) => {
    expect(to(own).join("\n")).toContain(message);
  });

  test("to another storage version adds that to the stored ones", () => {
    const versions = [version({ storage: false }), version({ name: "v2" })];
    const { object, errors } = update<CustomResourceDefinition>(RESOURCE, old, { spec: { ...old.spec, versions } });
    expect(errors).toEqual([]);
    expect(object.status?.storedVersions).toEqual(["v1", "v2"]);
  });

  test("before the names are accepted may still change the scope", () => {
    const { status: _status, ...fresh } = old;
    const pending = { ...fresh, status: { storedVersions: ["v1"] } };
    expect(
      update<CustomResourceDefinition>(RESOURCE, pending, { spec: { ...old.spec, scope: "Cluster" } }).errors,
    ).toEqual([]);
  });
});

function root(properties: object): { type: string; properties: object } {
  return { type: "object", properties };
}

function spec(properties: object): object {
  return root({ spec: { type: "object", properties } });
}

function keyed(properties: object, own: object = {}): object {
  return {
    type: "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    items: { type: "object", properties, ...own },
  };
}

function withColumn(column: object): object {
  return definition({ versions: [version({ additionalPrinterColumns: [column] })] });
}

function withScale(scale: object): object {
  return definition({ versions: [version({ subresources: { scale } })] });
}

function withSelectable(...paths: readonly string[]): object {
  return definition({ versions: [version({ selectableFields: paths.map((jsonPath) => ({ jsonPath })) })] });
}

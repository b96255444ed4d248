/** From a CustomResourceDefinition to the kinds that it declares: one for each version that is served. */
import {
  hasCondition,
  type CustomResourceDefinition,
  type CustomResourceDefinitionSpec,
  type CustomResourceDefinitionVersion,
} from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import type { JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import type { KubeObject } from "../../../api/meta-v1/object.ts";
import { isJsonObject, own, type JsonObject, type JsonValue } from "../../../apimachinery/json.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";
import { ALL_VERBS, apiVersionOf, type CustomBinding, type ResourceKind } from "../../resource-kind.ts";
import { checkFields, type CheckedFields } from "../../schema/check-fields.ts";
import { message, object, typeMeta } from "../../schema/declare.ts";
import { applySchemaDefaults } from "./apply-defaults.ts";
import { customColumns } from "./columns.ts";
import { rootSchema } from "./field-schema.ts";
import { fieldSteps, valueAt } from "./field-path.ts";
import { publishedSchema } from "./openapi.ts";
import { pruneResource } from "./prune.ts";
import { customScale } from "./scale.ts";
import { customStrategy } from "./strategy.ts";
import { byPreference } from "./versions.ts";

const NO_SCHEMA: JSONSchemaProps = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** The kinds that the definition has served, the preferred version first; none before its names are accepted. */
export function kindsOfDefinition(definition: CustomResourceDefinition): readonly ResourceKind[] {
  if (!hasCondition(definition, "Established")) return [];
  return definition.spec.versions
    .filter(({ served }) => served)
    .sort((a, b) => byPreference(a.name, b.name))
    .map((version) => kindOfVersion(definition, version));
}

/** The kind of one version, served or not; undefined when the definition has no such version. */
export function kindOfDefinition(definition: CustomResourceDefinition, version: string): ResourceKind | undefined {
  const found = definition.spec.versions.find(({ name }) => name === version);
  return found === undefined ? undefined : kindOfVersion(definition, found);
}

function kindOfVersion(definition: CustomResourceDefinition, version: CustomResourceDefinitionVersion): ResourceKind {
  const { spec, status } = definition;
  const { group, scope } = spec;
  const names = status?.acceptedNames ?? spec.names;
  const schema = version.schema?.openAPIV3Schema ?? NO_SCHEMA;
  const { subresources, additionalPrinterColumns = [], selectableFields = [] } = version;
  const hasStatus = subresources?.status !== undefined;
  const deprecation = version.deprecated === true ? deprecationOf(version, spec, names.kind) : undefined;
  return {
    group,
    version: version.name,
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    plural: spec.names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    scope: scope === "Namespaced" ? "Namespaced" : "Cluster",
    verbs: ALL_VERBS,
    hasStatus,
    ...(deprecation === undefined ? {} : { deprecation }),
    ...(subresources?.scale === undefined ? {} : { scale: customScale(subresources.scale) }),
    schema: rootSchema(`${group.split(".").reverse().join(".")}.${version.name}.${names.kind}`, schema),
    custom: bindingOf(definition, version, schema),
    strategy: customStrategy(schema, hasStatus),
    columns: customColumns(additionalPrinterColumns),
    selectableFields: Object.fromEntries(
      selectableFields.map(({ jsonPath }) => [jsonPath.replace(/^\./, ""), selectableField(jsonPath)]),
    ),
    deleteReturnsObject: false,
    validateName: isDNS1123Subdomain,
  };
}

/** The definition's own words, or those of apiextensions: what to use instead is a version that is preferred to this one. */
function deprecationOf(
  { name, deprecationWarning }: CustomResourceDefinitionVersion,
  { group, versions }: CustomResourceDefinitionSpec,
  kind: string,
): string {
  if (deprecationWarning !== undefined) return deprecationWarning;
  const [better] = versions
    .filter((one) => one.served && one.deprecated !== true && byPreference(one.name, name) < 0)
    .map((one) => one.name)
    .sort(byPreference);
  const text = `${group}/${name} ${kind} is deprecated`;
  return better === undefined ? text : `${text}; use ${group}/${better} ${kind}`;
}

function selectableField(jsonPath: string): (object: KubeObject) => string {
  const steps = fieldSteps(jsonPath) ?? [""];
  return (object) => {
    const value = valueAt(object as unknown as JsonValue, steps);
    return value === undefined || value === null || typeof value === "object" ? "" : String(value);
  };
}

/** What of every object is decoded as the API's own types are. */
const metaSchema = message("io.k8s.apimachinery.pkg.apis.meta.v1.PartialObjectMetadata", "", () => ({
  ...typeMeta,
  metadata: object(objectMetaSchema),
}));

function bindingOf(
  definition: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  schema: JSONSchemaProps,
): CustomBinding {
  const { spec } = definition;
  const storage = spec.versions.find((one) => one.storage)?.name ?? version.name;
  const apiVersion = apiVersionOf({ group: spec.group, version: version.name });
  const applyDefaults = (value: JsonObject): JsonObject => applySchemaDefaults(schema, value) as JsonObject;
  return {
    definition: { version: version.name, revision: Number(definition.metadata.resourceVersion) },
    isTerminating: hasCondition(definition, "Terminating"),
    servedVersions: spec.versions.filter(({ served }) => served).map(({ name }) => name),
    storageAPIVersion: apiVersionOf({ group: spec.group, version: storage }),
    decode: (value, kind) => decode(schema, value, kind),
    applyDefaults,
    fromStored: (stored) => {
      const pruned = pruneResource(schema, { ...(stored as unknown as JsonObject), apiVersion }).value;
      return applyDefaults(pruned) as unknown as KubeObject;
    },
    openAPI: publishedSchema(schema),
  };
}

function decode(schema: JSONSchemaProps, value: JsonObject, kind: string): CheckedFields {
  const meta = Object.fromEntries(Object.entries(value).filter(([name]) => Object.hasOwn(metaSchema.fields(), name)));
  const checked = checkFields(metaSchema, meta, kind);
  if (!checked.ok) return checked;
  const pruned = pruneResource(schema, value);
  const metadata = own(checked.value, "metadata");
  const { apiVersion = "", kind: ownKind = "", metadata: _sent, ...rest } = pruned.value;
  const decoded = { apiVersion, kind: ownKind, ...(isJsonObject(metadata) ? { metadata } : {}), ...rest };
  const unknown = [...checked.unknown, ...pruned.removed.map((path) => `unknown field ${JSON.stringify(path)}`)];
  return { ok: true, value: decoded, unknown };
}

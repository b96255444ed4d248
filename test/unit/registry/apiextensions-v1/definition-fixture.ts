/** Definitions as tests need them: the CronTab of the Kubernetes documentation, changed here and there. */
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
} from "../../../../shared/api/apiextensions-v1/custom-resource-definition.ts";
import type { JSONSchemaProps } from "../../../../shared/api/apiextensions-v1/json-schema-props.ts";
import { kindsOfDefinition } from "../../../../shared/registry/apiextensions-v1/custom-resource/index.ts";
import type { ResourceKind } from "../../../../shared/registry/resource-kind.ts";

type Json = Readonly<Record<string, unknown>>;

export const cronTabSchema: JSONSchemaProps = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        cronSpec: { type: "string" },
        image: { type: "string" },
        replicas: { type: "integer" },
      },
    },
  },
};

export const version = (own: Json = {}): Json => ({
  name: "v1",
  served: true,
  storage: true,
  schema: { openAPIV3Schema: cronTabSchema },
  ...own,
});

/** A definition as a client sends it. `own` replaces fields of its spec. */
export const definition = (own: Json = {}): Json => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "crontabs.stable.example.com" },
  spec: {
    group: "stable.example.com",
    scope: "Namespaced",
    names: { plural: "crontabs", singular: "crontab", kind: "CronTab", shortNames: ["ct"] },
    versions: [version()],
    ...own,
  },
});

/** One whose only version has this schema. */
export const withSchema = (openAPIV3Schema: JSONSchemaProps | Json, own: Json = {}): Json =>
  definition({ versions: [version({ schema: { openAPIV3Schema }, ...own })] });

/** The definition as it is stored once its names are accepted. */
export const established = (sent: Json = definition(), revision = 7): CustomResourceDefinition => {
  const { spec } = sent as unknown as CustomResourceDefinition;
  return {
    ...(sent as unknown as CustomResourceDefinition),
    metadata: {
      name: `${spec.names.plural}.${spec.group}`,
      uid: "u",
      resourceVersion: String(revision),
      creationTimestamp: "2026-01-01T00:00:00Z",
    },
    spec: { ...spec, names: { listKind: `${spec.names.kind}List`, ...spec.names } },
    status: {
      acceptedNames: { listKind: `${spec.names.kind}List`, ...spec.names },
      storedVersions: spec.versions.filter(({ storage }) => storage).map(({ name }) => name),
      conditions: [
        { type: "NamesAccepted", status: "True" },
        { type: "Established", status: "True" },
      ],
    },
  };
};

/** The kinds that the definition has served. */
export const kindsOf = (sent: Json): readonly ResourceKind[] => kindsOfDefinition(established(sent));

/** The kind of a one-version definition with this schema. */
export function kindWith(
  openAPIV3Schema: JSONSchemaProps,
  own: Partial<CustomResourceDefinitionVersion> = {},
): ResourceKind {
  const [kind] = kindsOf(withSchema(openAPIV3Schema, own));
  if (kind === undefined) throw new Error("the definition serves nothing");
  return kind;
}

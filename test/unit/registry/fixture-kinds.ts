/** Kinds with as little in them as discovery and printing need. */
import type { ResourceKind } from "../../../shared/registry/resource-kind.ts";
import { strategy } from "../../../shared/registry/strategy.ts";

const allVerbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"] as const;

const kind = (given: Pick<ResourceKind, "group" | "kind" | "plural"> & Partial<ResourceKind>): ResourceKind => ({
  version: "v1",
  singular: given.kind.toLowerCase(),
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: allVerbs,
  hasStatus: false,
  schema: { name: `test.${given.kind}`, description: "", fields: () => ({}) },
  strategy: strategy({}),
  columns: [
    { name: "Name", type: "string", format: "name", description: "Its name.", cell: (object) => object.metadata.name },
    {
      name: "Age",
      type: "string",
      description: "Its age.",
      cell: (object, now) => `${now - Number(object.metadata.generation)}s`,
    },
  ],
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: () => [],
  ...given,
});

export const fixtureKinds: readonly ResourceKind[] = [
  kind({ group: "", kind: "Service", plural: "services", shortNames: ["svc"], categories: ["all"], hasStatus: true }),
  kind({ group: "", kind: "Namespace", plural: "namespaces", shortNames: ["ns"], scope: "Cluster", hasStatus: true }),
  kind({ group: "", kind: "ConfigMap", plural: "configmaps", shortNames: ["cm"], verbs: ["get", "list"] }),
  kind({
    group: "apps",
    kind: "Deployment",
    plural: "deployments",
    shortNames: ["deploy"],
    categories: ["all"],
    hasStatus: true,
    scale: { get: () => ({ replicas: 1, statusReplicas: 1, selector: "" }), set: (object) => object },
  }),
  kind({ group: "example.com", version: "v2", kind: "Widget", plural: "widgets" }),
  kind({ group: "example.com", version: "v1", kind: "Widget", plural: "widgets" }),
];

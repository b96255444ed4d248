import type { ReplicaSet } from "../../../api/apps-v1/replica-set.ts";
import { formatLabelSelector } from "../../../apimachinery/selectors.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { replicaSetColumns } from "./columns.ts";
import { replicaSetSchema } from "./schema.ts";
import { replicaSetStrategy } from "./strategy.ts";

export const replicaSetKind: ResourceKind<ReplicaSet> = {
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  singular: "replicaset",
  shortNames: ["rs"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: true,
  scale: {
    get: ({ spec, status }) => ({
      replicas: spec.replicas,
      statusReplicas: status.replicas ?? 0,
      selector: formatLabelSelector(spec.selector),
    }),
    set: (replicaSet, replicas) => ({ ...replicaSet, spec: { ...replicaSet.spec, replicas } }),
  },
  schema: replicaSetSchema,
  strategy: replicaSetStrategy,
  columns: replicaSetColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};

import type { StatefulSet } from "../../../api/apps-v1/stateful-set.ts";
import { formatLabelSelector } from "../../../apimachinery/selectors.ts";
import { isDNS1123Label } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { statefulSetColumns } from "./columns.ts";
import { statefulSetSchema } from "./schema.ts";
import { statefulSetStrategy } from "./strategy.ts";

export const statefulSetKind: ResourceKind<StatefulSet> = {
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  singular: "statefulset",
  shortNames: ["sts"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: true,
  scale: {
    get: ({ spec, status }) => ({
      replicas: spec.replicas,
      statusReplicas: status.replicas,
      selector: formatLabelSelector(spec.selector),
    }),
    set: (set, replicas) => ({ ...set, spec: { ...set.spec, replicas } }),
  },
  schema: statefulSetSchema,
  strategy: statefulSetStrategy,
  columns: statefulSetColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  // Its name is the beginning of its Pods' host names.
  validateName: isDNS1123Label,
};

import type { Deployment } from "../../../api/apps-v1/deployment.ts";
import { formatLabelSelector } from "../../../apimachinery/selectors.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { deploymentColumns } from "./columns.ts";
import { deploymentSchema } from "./schema.ts";
import { deploymentStrategy } from "./strategy.ts";

export const deploymentKind: ResourceKind<Deployment> = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
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
    set: (deployment, replicas) => ({ ...deployment, spec: { ...deployment.spec, replicas } }),
  },
  schema: deploymentSchema,
  strategy: deploymentStrategy,
  columns: deploymentColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};

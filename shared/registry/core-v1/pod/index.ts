import type { Pod } from "../../../api/core-v1/pod.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { podColumns, podRowConditions } from "./columns.ts";
import { podSchema } from "./schema.ts";
import { podStrategy } from "./strategy.ts";

export const podKind: ResourceKind<Pod> = {
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  singular: "pod",
  shortNames: ["po"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: true,
  schema: podSchema,
  strategy: podStrategy,
  columns: podColumns,
  rowConditions: podRowConditions,
  selectableFields: {
    "spec.nodeName": ({ spec }) => spec.nodeName ?? "",
    "spec.restartPolicy": ({ spec }) => spec.restartPolicy ?? "",
    "spec.schedulerName": ({ spec }) => spec.schedulerName ?? "",
    "spec.serviceAccountName": ({ spec }) => spec.serviceAccountName ?? "",
    "spec.hostNetwork": ({ spec }) => String(spec.hostNetwork ?? false),
    "status.phase": ({ status }) => status.phase ?? "",
    "status.podIP": ({ status }) => status.podIPs?.[0]?.ip ?? status.podIP ?? "",
    "status.nominatedNodeName": ({ status }) => status.nominatedNodeName ?? "",
  },
  deleteReturnsObject: true,
  validateName: isDNS1123Subdomain,
};

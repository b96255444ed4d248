import type { Node } from "../../../api/core-v1/node.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { nodeColumns } from "./columns.ts";
import { nodeSchema } from "./schema.ts";
import { nodeStrategy } from "./strategy.ts";

export const nodeKind: ResourceKind<Node> = {
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  singular: "node",
  shortNames: ["no"],
  categories: [],
  scope: "Cluster",
  verbs: ALL_VERBS,
  hasStatus: true,
  schema: nodeSchema,
  strategy: nodeStrategy,
  columns: nodeColumns,
  selectableFields: { "spec.unschedulable": (n) => String(n.spec.unschedulable ?? false) },
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};

import type { ReplicaSet } from "../../../api/apps-v1/replica-set.ts";
import { ageColumn, integer, nameColumn } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";
import { templateColumns } from "../columns.ts";

export const replicaSetColumns: readonly PrinterColumn<ReplicaSet>[] = [
  nameColumn,
  integer("Desired", "How many Pods are wanted.", (r) => r.spec.replicas),
  integer("Current", "How many Pods there are.", (r) => r.status.replicas),
  integer("Ready", "How many Pods are ready.", (r) => r.status.readyReplicas ?? 0),
  ageColumn,
  ...templateColumns,
];

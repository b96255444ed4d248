import type { StatefulSet } from "../../../api/apps-v1/stateful-set.ts";
import { ageColumn, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";
import { containerColumns } from "../columns.ts";

export const statefulSetColumns: readonly PrinterColumn<StatefulSet>[] = [
  nameColumn,
  text("Ready", "How many of the wanted Pods are ready.", (s) => `${s.status.readyReplicas ?? 0}/${s.spec.replicas}`),
  ageColumn,
  ...containerColumns,
];

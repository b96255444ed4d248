import type { Deployment } from "../../../api/apps-v1/deployment.ts";
import { ageColumn, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";
import { templateColumns } from "../columns.ts";

export const deploymentColumns: readonly PrinterColumn<Deployment>[] = [
  nameColumn,
  text("Ready", "How many of the wanted Pods are ready.", (d) => `${d.status.readyReplicas ?? 0}/${d.spec.replicas}`),
  text("Up-to-date", "How many Pods are of the current template.", (d) => d.status.updatedReplicas ?? 0),
  text("Available", "How many Pods have been ready for long enough.", (d) => d.status.availableReplicas ?? 0),
  ageColumn,
  ...templateColumns,
];

import type { ServiceAccount } from "../../../api/core-v1/service-account.ts";
import { ageColumn, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

export const serviceAccountColumns: readonly PrinterColumn<ServiceAccount>[] = [
  nameColumn,
  text("Secrets", "How many Secrets its Pods may use.", (a) => (a.secrets ?? []).length),
  ageColumn,
];

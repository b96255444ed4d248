import type { Namespace } from "../../../api/core-v1/namespace.ts";
import { ageColumn, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

export const namespaceColumns: readonly PrinterColumn<Namespace>[] = [
  nameColumn,
  text("Status", "Active, or Terminating while its contents are being deleted.", (n) => n.status.phase),
  ageColumn,
];

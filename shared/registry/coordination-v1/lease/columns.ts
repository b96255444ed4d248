import type { Lease } from "../../../api/coordination-v1/lease.ts";
import { ageColumn, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

export const leaseColumns: readonly PrinterColumn<Lease>[] = [
  nameColumn,
  text("Holder", "Who holds it.", ({ spec }) => spec?.holderIdentity ?? ""),
  ageColumn,
];

import type { Secret } from "../../../api/core-v1/secret.ts";
import { ageColumn, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

export const secretColumns: readonly PrinterColumn<Secret>[] = [
  nameColumn,
  text("Type", "What the Secret is for.", (s) => s.type),
  text("Data", "How many entries it has.", (s) => Object.keys(s.data ?? {}).length),
  ageColumn,
];

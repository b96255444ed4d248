import type { LimitRange } from "../../../api/core-v1/limit-range.ts";
import { nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

export const limitRangeColumns: readonly PrinterColumn<LimitRange>[] = [
  nameColumn,
  text("Created At", "When it was created.", ({ metadata }) => metadata.creationTimestamp),
];

import type { ConfigMap } from "../../../api/core-v1/config-map.ts";
import { ageColumn, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

export const configMapColumns: readonly PrinterColumn<ConfigMap>[] = [
  nameColumn,
  text(
    "Data",
    "How many entries it has.",
    ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
  ),
  ageColumn,
];

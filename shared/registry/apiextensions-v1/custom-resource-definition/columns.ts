import type { CustomResourceDefinition } from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import { nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

/** kube-apiserver prints the time itself, under this name. */
export const customResourceDefinitionColumns: readonly PrinterColumn<CustomResourceDefinition>[] = [
  nameColumn,
  {
    ...text("Created At", "When the definition was created.", ({ metadata }) => metadata.creationTimestamp),
    type: "date",
  },
];

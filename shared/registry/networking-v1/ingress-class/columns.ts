import type { IngressClass } from "../../../api/networking-v1/ingress-class.ts";
import { ageColumn, nameColumn, NONE, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

function parameters({ spec }: IngressClass): string {
  if (spec.parameters === undefined) return NONE;
  const { apiGroup, kind, name } = spec.parameters;
  return `${apiGroup === undefined ? kind : `${kind}.${apiGroup}`}/${name}`;
}

export const ingressClassColumns: readonly PrinterColumn<IngressClass>[] = [
  nameColumn,
  text("Controller", "The controller that serves the class.", ({ spec }) => spec.controller),
  text("Parameters", "The object that holds more settings.", parameters),
  ageColumn,
];

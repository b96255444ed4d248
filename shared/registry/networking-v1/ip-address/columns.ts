import type { IPAddress } from "../../../api/networking-v1/ip-address.ts";
import { ageColumn, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

/** `services/default/kubernetes` */
function parent({ spec }: IPAddress): string {
  const { group, resource, namespace, name } = spec.parentRef;
  const qualified = group === undefined ? resource : `${resource}.${group}`;
  return [qualified, ...(namespace === undefined ? [] : [namespace]), name].join("/");
}

export const ipAddressColumns: readonly PrinterColumn<IPAddress>[] = [
  nameColumn,
  text("ParentRef", "The object that has the address.", parent),
  ageColumn,
];

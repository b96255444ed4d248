import type { ServiceCIDR } from "../../../api/networking-v1/service-cidr.ts";
import { ageColumn, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

export const serviceCIDRColumns: readonly PrinterColumn<ServiceCIDR>[] = [
  nameColumn,
  text("CIDRs", "The ranges.", ({ spec }) => spec.cidrs.join(",")),
  ageColumn,
];

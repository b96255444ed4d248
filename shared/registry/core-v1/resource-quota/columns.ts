import type { ResourceQuota } from "../../../api/core-v1/resource-quota.ts";
import { ageColumn, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

/** `pods: 3/10, services: 0/5`: what is used of what is enforced. */
function shares({ status = {} }: ResourceQuota, limits: boolean): string {
  const { hard = {}, used = {} } = status;
  return Object.keys(hard)
    .filter((name) => name.startsWith("limits.") === limits)
    .sort()
    .map((name) => `${name}: ${Object.hasOwn(used, name) ? used[name] : 0}/${hard[name]}`)
    .join(", ");
}

export const resourceQuotaColumns: readonly PrinterColumn<ResourceQuota>[] = [
  nameColumn,
  text("Request", "What is used of what may be requested.", (quota) => shares(quota, false)),
  text("Limit", "What is used of what limits may add up to.", (quota) => shares(quota, true)),
  ageColumn,
];

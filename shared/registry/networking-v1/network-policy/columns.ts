import type { NetworkPolicy } from "../../../api/networking-v1/network-policy.ts";
import { formatLabelSelector } from "../../../apimachinery/selectors.ts";
import { ageColumn, nameColumn, NONE, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

export const networkPolicyColumns: readonly PrinterColumn<NetworkPolicy>[] = [
  nameColumn,
  text("Pod-Selector", "The Pods concerned.", ({ spec }) => formatLabelSelector(spec.podSelector ?? {}) || NONE),
  ageColumn,
];

import type { KubeObject } from "../meta-v1/object.ts";
import type { ResourceList } from "./resource-quota.ts";

/** `core/v1 LimitRange`: what one Pod, container or claim of a namespace may ask for. */
export interface LimitRange extends KubeObject {
  readonly spec: { readonly limits: readonly LimitRangeItem[] };
}

export interface LimitRangeItem {
  readonly type: string;
  readonly max?: ResourceList;
  readonly min?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
}

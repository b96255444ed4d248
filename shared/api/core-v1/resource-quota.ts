import type { KubeObject } from "../meta-v1/object.ts";

/** Resource name → quantity. */
export type ResourceList = Readonly<Record<string, string | number>>;

/** `core/v1 ResourceQuota`: how much of what a namespace may have. */
export interface ResourceQuota extends KubeObject {
  readonly spec?: {
    readonly hard?: ResourceList;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
  };
  readonly status?: { readonly hard?: ResourceList; readonly used?: ResourceList };
}

export interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

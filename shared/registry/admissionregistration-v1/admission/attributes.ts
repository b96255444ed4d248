/** A write, as admission sees it. */
import type { UserInfo } from "../../../api/authentication-v1/reviews.ts";
import { fromJson } from "../../../apimachinery/cel/json-value.ts";
import type { Outcome } from "../../../apimachinery/cel/values.ts";
import type { JsonObject } from "../../../apimachinery/json.ts";
import { ADMISSION_REQUEST } from "./environment.ts";

export type AdmissionOperation = "CREATE" | "UPDATE" | "DELETE";

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly kind: GroupVersionKind;
  readonly group: string;
  readonly version: string;
  /** All versions in which the resource is served: they are equivalent. */
  readonly versions: readonly string[];
  /** The plural: `pods`. */
  readonly resource: string;
  readonly subresource: string;
  /** `""` for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
  /** Null for a deletion. */
  readonly object: JsonObject | null;
  /** Null for a creation. */
  readonly oldObject: JsonObject | null;
  readonly dryRun: boolean;
  readonly user: UserInfo;
}

/** `request`, as expressions see it. */
export function requestValue(attributes: AdmissionAttributes): Outcome {
  const { operation, kind, group, version, resource, subresource, namespace, name, dryRun, user } = attributes;
  const { username = "", uid = "", groups = [], extra = {} } = user;
  const gvk = { ...kind };
  const gvr = { group, version, resource };
  const request: JsonObject = {
    kind: gvk,
    resource: gvr,
    ...(subresource === "" ? {} : { subResource: subresource, requestSubResource: subresource }),
    requestKind: gvk,
    requestResource: gvr,
    name,
    ...(namespace === "" ? {} : { namespace }),
    operation,
    userInfo: { username, uid, groups, extra },
    dryRun,
  };
  return fromJson(request, ADMISSION_REQUEST);
}

/** String types with known values that more than one message uses. */
import { enumeration, type About, type FieldOptions } from "../schema/declare.ts";

export const nodeInclusionPolicy = (about?: About, options?: FieldOptions) =>
  enumeration("v1.NodeInclusionPolicy", ["Honor", "Ignore"], about, options);

export const protocol = (about?: About, options?: FieldOptions) =>
  enumeration("v1.Protocol", ["SCTP", "TCP", "UDP"], about, options);

export const pullPolicy = (about?: About, options?: FieldOptions) =>
  enumeration("v1.PullPolicy", ["Always", "IfNotPresent", "Never"], about, options);

export const taintEffect = (about?: About, options?: FieldOptions) =>
  enumeration("v1.TaintEffect", ["NoExecute", "NoSchedule", "PreferNoSchedule"], about, options);

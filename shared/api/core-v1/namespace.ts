import type { Condition, KubeObject } from "../meta-v1/object.ts";

/** `core/v1 Namespace`. */
export interface Namespace extends KubeObject {
  /** `kubernetes` stands here until the contents are gone; deletion waits for it. */
  readonly spec: { readonly finalizers?: readonly string[] };
  readonly status: { readonly phase: "Active" | "Terminating"; readonly conditions?: readonly Condition[] };
}

/** The one finalizer name in `spec.finalizers` that Kubernetes itself sets. */
export const NAMESPACE_FINALIZER = "kubernetes";

/** The label that carries the namespace's own name, so that selectors can pick it. */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

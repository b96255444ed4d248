import type { KubeObject } from "../meta-v1/object.ts";

/** `networking.k8s.io/v1 IngressClass`. */
export interface IngressClass extends KubeObject {
  readonly spec: {
    readonly controller: string;
    readonly parameters?: IngressClassParametersReference;
  };
}

export interface IngressClassParametersReference {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
  readonly scope: "Cluster" | "Namespace";
  readonly namespace?: string;
}

/** With the value `true`: the class of Ingresses that name none. */
export const DEFAULT_INGRESS_CLASS_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";

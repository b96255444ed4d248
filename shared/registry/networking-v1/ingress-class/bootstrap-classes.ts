/** The IngressClasses that a new cluster has. */
import { DEFAULT_INGRESS_CLASS_ANNOTATION } from "../../../api/networking-v1/ingress-class.ts";

/** Serves Ingresses as Kubernetes documents them. */
export const WHERRY_CONTROLLER = "wherry.internal/ingress-controller";
/** ingress-nginx's own name, so that its users' classes and manifests go on as they are. */
export const NGINX_CONTROLLER = "k8s.io/ingress-nginx";

const ingressClass = (name: string, controller: string, isDefault: boolean) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name, ...(isDefault ? { annotations: { [DEFAULT_INGRESS_CLASS_ANNOTATION]: "true" } } : {}) },
  spec: { controller },
});

/** `wherry` is the default one. Made once: one that is deleted stays away. */
export const bootstrapIngressClasses = () => [
  ingressClass("wherry", WHERRY_CONTROLLER, true),
  ingressClass("nginx", NGINX_CONTROLLER, false),
];

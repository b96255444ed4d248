/** Whose an Ingress is. */
import { INGRESS_CLASS_ANNOTATION, type Ingress } from "../../api/networking-v1/ingress.ts";
import { NGINX_CONTROLLER, WHERRY_CONTROLLER } from "../../registry/networking-v1/ingress-class/bootstrap-classes.ts";
import type { IngressContext } from "./context.ts";

/** How paths are read: as Kubernetes documents them, or with ingress-nginx's surprises. */
export type Dialect = "wherry" | "nginx";

export type Claim =
  | { readonly kind: "ours"; readonly dialect: Dialect }
  /** Another controller's. */
  | { readonly kind: "others" }
  /** Nobody's: there is no such class, or none is named and none was the default when the Ingress was made. */
  | { readonly kind: "unknown"; readonly className: string | null };

/** `spec.ingressClassName` goes before the annotation from before it. */
export function claimOf(ingress: Ingress, { controllerOf }: Pick<IngressContext, "controllerOf">): Claim {
  const className = classNameOf(ingress);
  const controller = className === null ? undefined : controllerOf(className);
  if (controller === undefined) return { kind: "unknown", className };
  if (controller === WHERRY_CONTROLLER) return { kind: "ours", dialect: "wherry" };
  return controller === NGINX_CONTROLLER ? { kind: "ours", dialect: "nginx" } : { kind: "others" };
}

/** The class that an Ingress names; null: none. */
export function classNameOf({ metadata, spec }: Ingress): string | null {
  if (spec.ingressClassName !== undefined) return spec.ingressClassName;
  const { annotations = {} } = metadata;
  return Object.hasOwn(annotations, INGRESS_CLASS_ANNOTATION) ? (annotations[INGRESS_CLASS_ANNOTATION] ?? null) : null;
}

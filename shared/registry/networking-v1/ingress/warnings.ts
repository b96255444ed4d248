import { INGRESS_CLASS_ANNOTATION, type Ingress } from "../../../api/networking-v1/ingress.ts";

/** Lines for `Warning:` headers: what a new Ingress may say but should not. */
export function ingressWarnings({ metadata }: Ingress, old: Ingress | undefined): readonly string[] {
  if (old !== undefined || !Object.hasOwn(metadata.annotations ?? {}, INGRESS_CLASS_ANNOTATION)) return [];
  return [`annotation "${INGRESS_CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`];
}

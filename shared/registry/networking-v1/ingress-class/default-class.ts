import { DEFAULT_INGRESS_CLASS_ANNOTATION, type IngressClass } from "../../../api/networking-v1/ingress-class.ts";

/** The classes that are marked as the default; only one should be. */
export const defaultIngressClasses = (classes: Iterable<IngressClass>): readonly string[] =>
  Array.from(classes)
    .filter(({ metadata }) => metadata.annotations?.[DEFAULT_INGRESS_CLASS_ANNOTATION] === "true")
    .map(({ metadata }) => metadata.name);

import { DEFAULT_INGRESS_CLASS_ANNOTATION, type IngressClass } from "../../../api/networking-v1/ingress-class.ts";

/**
 * The class that an Ingress without one gets: of those marked as the default the newest, and of equally new ones the first by
 * name (kube-apiserver's DefaultIngressClass admission). Null: none is.
 */
export function defaultIngressClass(classes: Iterable<IngressClass>): string | null {
  const [newest] = Array.from(classes)
    .filter(({ metadata }) => metadata.annotations?.[DEFAULT_INGRESS_CLASS_ANNOTATION] === "true")
    .sort((a, b) => newestFirst(a.metadata, b.metadata));
  return newest?.metadata.name ?? null;
}

type Meta = IngressClass["metadata"];

function newestFirst(a: Meta, b: Meta): number {
  const [at, bt] = [a.creationTimestamp ?? "", b.creationTimestamp ?? ""];
  if (at !== bt) return at < bt ? 1 : -1;
  return a.name < b.name ? -1 : 1;
}

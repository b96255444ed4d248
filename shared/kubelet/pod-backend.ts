/** Where the backend of a Pod is, when nobody comes by way of a Service. */
import type { Pod } from "../api/core-v1/pod.ts";
import type { Service } from "../api/core-v1/service.ts";
import { matchesLabels } from "../apimachinery/selectors.ts";
import { targetOf, type BackendTarget } from "../proxy/backend-url.ts";
import { annotatedBackend, toPodView } from "../proxy/pod-summary.ts";
import { BACKEND_ANNOTATION } from "../proxy/parse-backend.ts";
import type { Backend } from "../proxy/table.ts";

/** A Service whose annotation stands for the backends of its endpoints. */
export interface AnnotatedService {
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly backend: Backend;
}

/** Those of a namespace's Services, by name. Few have an annotation. */
export function annotatedServices(services: Iterable<Service>): readonly AnnotatedService[] {
  const found: AnnotatedService[] = [];
  for (const { metadata, spec } of services) {
    const { annotations } = metadata;
    if (annotations === undefined || !Object.hasOwn(annotations, BACKEND_ANNOTATION)) continue;
    const backend = annotatedBackend(annotations);
    const selector = spec.selector ?? {};
    if (backend === null || Object.keys(selector).length === 0) continue;
    found.push({ name: metadata.name, selector, backend });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What answers on a port of a Pod: as in the router the annotation of a Service that selects it (the first by name) comes
 * before the Pod's own, then image rules, then the built-in backend.
 */
export function podBackendTarget(
  pod: Pod,
  port: number,
  {
    services,
    imageRules,
  }: { readonly services: readonly AnnotatedService[]; readonly imageRules: Readonly<Record<string, string>> },
): BackendTarget {
  const { summary, backend } = toPodView(pod);
  const service = services.find(({ selector }) => matchesLabels(selector, pod.metadata.labels));
  return targetOf(service?.backend ?? backend, { address: summary.ip, port, pod: summary }, imageRules);
}

/** The objects of one namespace that tables are made of, indexed by the Service they matter to. */
import type { Pod } from "../api/core-v1/pod.ts";
import type { Service } from "../api/core-v1/service.ts";
import type { EndpointSlice } from "../api/discovery-v1/endpoint-slice.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";
import { serviceOfSlice } from "./health-targets.ts";
import { toPodView, type PodView } from "./pod-summary.ts";

export class EndpointSliceCache {
  readonly #services = new Map<string, Service>();
  readonly #slices = new Map<string, Map<string, EndpointSlice>>();
  readonly #pods = new Map<string, PodView>();
  /** Pod name → names of Services whose slices refer to it, with the number of references. */
  readonly #servicesOfPod = new Map<string, Map<string, number>>();

  service(name: string): Service | undefined {
    return this.#services.get(name);
  }

  serviceNames(): Iterable<string> {
    return this.#services.keys();
  }

  /** Those that give it endpoints, and those that say which of them are unhealthy. */
  slicesOf(service: string): readonly EndpointSlice[] {
    return [...(this.#slices.get(service)?.values() ?? [])];
  }

  pod(name: string): PodView | undefined {
    return this.#pods.get(name);
  }

  setService(name: string, after: KubeObject | undefined): readonly string[] {
    if (after === undefined) this.#services.delete(name);
    else this.#services.set(name, after as Service);
    return [name];
  }

  /** Gives the Services whose entry the change may alter; a slice may move from one Service to another. */
  setSlice(name: string, before: KubeObject | undefined, after: KubeObject | undefined): readonly string[] {
    const touched = new Set<string>();
    const previous = this.#removeSlice(name, before);
    if (previous !== null) touched.add(previous);
    const service = after === undefined ? undefined : serviceOfSlice(after);
    if (after !== undefined && service !== undefined) {
      this.#addSlice(service, after as EndpointSlice);
      touched.add(service);
    }
    return [...touched];
  }

  /** Nothing is touched when the Pod looks the same to a table: most status updates of a Pod end here. */
  setPod(name: string, after: KubeObject | undefined): readonly string[] {
    const before = this.#pods.get(name);
    if (after === undefined) {
      this.#pods.delete(name);
    } else {
      const view = toPodView(after as Pod);
      if (before !== undefined && deepEqual(before, view)) return [];
      this.#pods.set(name, view);
    }
    return [...(this.#servicesOfPod.get(name)?.keys() ?? [])];
  }

  #addSlice(service: string, slice: EndpointSlice): void {
    const slices = this.#slices.get(service) ?? new Map<string, EndpointSlice>();
    slices.set(slice.metadata.name, slice);
    this.#slices.set(service, slices);
    this.#count(service, slice, 1);
  }

  #removeSlice(name: string, before: KubeObject | undefined): string | null {
    const service = before === undefined ? undefined : serviceOfSlice(before);
    const slices = service === undefined ? undefined : this.#slices.get(service);
    const slice = slices?.get(name);
    if (service === undefined || slices === undefined || slice === undefined) return null;
    slices.delete(name);
    if (slices.size === 0) this.#slices.delete(service);
    this.#count(service, slice, -1);
    return service;
  }

  #count(service: string, slice: EndpointSlice, step: 1 | -1): void {
    for (const { targetRef } of slice.endpoints ?? []) {
      if (targetRef?.kind !== "Pod" || targetRef.name === undefined) continue;
      const services = this.#servicesOfPod.get(targetRef.name) ?? new Map<string, number>();
      const count = (services.get(service) ?? 0) + step;
      if (count > 0) services.set(service, count);
      else services.delete(service);
      if (services.size > 0) this.#servicesOfPod.set(targetRef.name, services);
      else this.#servicesOfPod.delete(targetRef.name);
    }
  }
}

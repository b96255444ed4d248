/** The ServiceImports of one namespace with the slices that bring endpoints to them. A namespace without any keeps two empty Maps. */
import type { EndpointSlice } from "../api/discovery-v1/endpoint-slice.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { IMPORT_NAME_LABEL, type ServiceImport } from "../api/multicluster-v1alpha1/service-import.ts";
import { compileImport } from "./compile-import.ts";
import type { ImportEntry } from "./table.ts";

export class ServiceImportCache {
  readonly #namespace: string;
  readonly #imports = new Map<string, ServiceImport>();
  /** By the import's name, then by their own: they may be there before it. */
  readonly #slices = new Map<string, Map<string, EndpointSlice>>();
  /** Compiled; a missing one is dirty. */
  readonly #entries = new Map<string, ImportEntry>();

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  names(): Iterable<string> {
    return this.#imports.keys();
  }

  entry(name: string): ImportEntry | undefined {
    const object = this.#imports.get(name);
    const known = this.#entries.get(name);
    if (object === undefined || known !== undefined) return known;
    const compiled = compileImport(this.#namespace, object, [...(this.#slices.get(name)?.values() ?? [])]);
    this.#entries.set(name, compiled);
    return compiled;
  }

  /** Gives, as `setSlice` does, the imports whose entry has changed. */
  setImport(name: string, after: KubeObject | undefined): readonly string[] {
    if (after === undefined) this.#imports.delete(name);
    else this.#imports.set(name, after);
    this.#entries.delete(name);
    return [name];
  }

  /** A slice may move from one import to another. */
  setSlice(name: string, before: KubeObject | undefined, after: KubeObject | undefined): readonly string[] {
    const from = before?.metadata.labels?.[IMPORT_NAME_LABEL];
    const to = after?.metadata.labels?.[IMPORT_NAME_LABEL];
    if (from === undefined && to === undefined) return [];
    if (from !== undefined) this.#removeSlice(from, name);
    if (to !== undefined) {
      const slices = this.#slices.get(to) ?? new Map<string, EndpointSlice>();
      this.#slices.set(to, slices.set(name, after as EndpointSlice));
    }
    const touched = new Set<string>();
    for (const one of [from, to]) {
      if (one !== undefined && this.#imports.has(one)) touched.add(one);
    }
    for (const one of touched) this.#entries.delete(one);
    return [...touched];
  }

  #removeSlice(service: string, name: string): void {
    const slices = this.#slices.get(service);
    slices?.delete(name);
    if (slices?.size === 0) this.#slices.delete(service);
  }
}

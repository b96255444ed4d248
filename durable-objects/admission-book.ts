/** The policies in force in a cluster, for ClusterStore's own writes and for the namespaces' to be held against. */
import type { ParamKind } from "../shared/api/admissionregistration-v1/validating-admission-policy.ts";
import type { CustomResourceDefinition } from "../shared/api/apiextensions-v1/custom-resource-definition.ts";
import { customKindKey } from "../shared/controllers/controller.ts";
import {
  createAdmission,
  type Admission,
  type AdmissionConfiguration,
  type ParamResource,
  type ParamSource,
  type PolicyInForce,
} from "../shared/registry/admissionregistration-v1/admission/admission.ts";
import { collectPolicies } from "../shared/registry/admissionregistration-v1/admission/collect.ts";
import { kindByGVK } from "../shared/registry/index.ts";
import {
  CUSTOM_RESOURCE_DEFINITIONS,
  NAMESPACES,
  VALIDATING_ADMISSION_POLICIES,
  VALIDATING_ADMISSION_POLICY_BINDINGS,
} from "../shared/registry/resource-keys.ts";
import { resourceKey, type ResourceKey } from "../shared/registry/resource-kind.ts";
import type { Change } from "../shared/storage/view.ts";
import type { ClusterState } from "./cluster-state.ts";
import { customKindsOf } from "./kind-resolver.ts";

/** A change to these may put policies into force, or out of it. */
export const POLICY_RESOURCES: ReadonlySet<ResourceKey> = new Set([
  VALIDATING_ADMISSION_POLICIES,
  VALIDATING_ADMISSION_POLICY_BINDINGS,
]);

type State = Pick<ClusterState, "view" | "namespace" | "sourceOf">;

export class AdmissionBook {
  readonly #state: State;
  #policies: readonly PolicyInForce[] = [];
  #params: ReadonlySet<ResourceKey> = new Set();
  #own: Admission | null = null;

  constructor(state: State) {
    this.#state = state;
    this.#collect();
  }

  /** For writes to cluster-scoped objects; null when nothing is in force. */
  get own(): Admission | null {
    return this.#own;
  }

  /** What a namespace has to know; nothing when nothing is in force. */
  forNamespace(name: string): { readonly admission?: AdmissionConfiguration } {
    if (this.#policies.length === 0) return {};
    return { admission: { policies: this.#policies, namespace: this.#state.namespace(name) ?? null } };
  }

  /** Takes in what has changed of cluster-scoped objects. The value: the namespaces for which something is otherwise now. */
  changed(changes: readonly Change[]): Iterable<string> {
    const resources = new Set(changes.map(({ resource }) => resource));
    if (this.#concerns(resources)) {
      this.#collect();
      return this.#namespaces();
    }
    if (this.#policies.length === 0 || !resources.has(NAMESPACES)) return [];
    return changes
      .filter(({ resource, before }) => resource === NAMESPACES && before !== undefined)
      .map(({ name }) => name);
  }

  /** As `changed`, for what namespaces have written: it may have been parameters. */
  written(resources: readonly string[]): ReadonlySet<string> {
    if (!resources.some((resource) => this.#params.has(resource as ResourceKey))) return new Set();
    this.#collect();
    return new Set(this.#namespaces());
  }

  #concerns(resources: ReadonlySet<ResourceKey>): boolean {
    if ([...POLICY_RESOURCES].some((resource) => resources.has(resource))) return true;
    // A definition may declare the kind of parameters.
    const isDeclared = this.#policies.length > 0 && resources.has(CUSTOM_RESOURCE_DEFINITIONS);
    return isDeclared || [...this.#params].some((resource) => resources.has(resource));
  }

  #namespaces(): readonly string[] {
    return Array.from(this.#state.view.list(NAMESPACES), ({ metadata }) => metadata.name);
  }

  #collect(): void {
    const { view } = this.#state;
    this.#policies = collectPolicies({
      policies: view.list(VALIDATING_ADMISSION_POLICIES),
      bindings: view.list(VALIDATING_ADMISSION_POLICY_BINDINGS),
      paramResource: (kind) => this.#paramResource(kind),
      source: (namespace): ParamSource => (namespace === "" ? view : this.#state.sourceOf(namespace)),
    });
    this.#params = new Set(
      this.#policies.flatMap(({ paramResource }) => (paramResource === null ? [] : [paramResource.resource])),
    );
    this.#own = createAdmission({ policies: this.#policies, namespace: null });
  }

  #paramResource({ apiVersion = "", kind = "" }: ParamKind): ParamResource | null {
    const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
    const registered = kindByGVK(group, version, kind);
    if (registered !== undefined) return { resource: resourceKey(registered), scope: registered.scope };
    const definitions = this.#state.view.list(CUSTOM_RESOURCE_DEFINITIONS) as Iterable<CustomResourceDefinition>;
    return customKindsOf(definitions).get(customKindKey(group, kind)) ?? null;
  }
}

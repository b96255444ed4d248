/** Every policy that is in force, held against a write (apiserver `policy/validating` `dispatcher`). */
import type {
  MatchResources,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import type { KubeObject } from "../../../api/meta-v1/object.ts";
import type { Status } from "../../../api/meta-v1/status.ts";
import type { JsonObject } from "../../../apimachinery/json.ts";
import { matchesLabelSelector } from "../../../apimachinery/selectors.ts";
import { deniedByPolicy } from "../../../apimachinery/status.ts";
import type { ResourceKey } from "../../resource-kind.ts";
import type { AdmissionAttributes } from "./attributes.ts";
import { compilePolicy, type CompiledPolicy } from "./compile-policy.ts";
import { evaluatePolicy, type Denial } from "./evaluate-policy.ts";
import { matchesResources } from "./match.ts";

/** What a store needs to know to hold writes against policies. Plain data: it crosses Durable Object RPC. */
export interface AdmissionConfiguration {
  readonly policies: readonly PolicyInForce[];
  /** The Namespace that the store is of; null for the store of cluster-scoped objects. */
  readonly namespace: KubeObject | null;
}

export interface PolicyInForce {
  readonly policy: ValidatingAdmissionPolicy;
  /** Where parameters are; null when nobody knows the kind. */
  readonly paramResource: ParamResource | null;
  readonly bindings: readonly BindingInForce[];
}

export interface ParamResource {
  readonly resource: ResourceKey;
  readonly scope: "Namespaced" | "Cluster";
}

export interface BindingInForce {
  readonly binding: ValidatingAdmissionPolicyBinding;
  /** The parameters that it names; null: those of the store's own namespace, which the store has itself. */
  readonly params: readonly KubeObject[] | null;
}

/** Where a store's own objects are looked up. */
export interface ParamSource {
  readonly get: (resource: ResourceKey, name: string) => KubeObject | undefined;
  readonly list: (resource: ResourceKey) => Iterable<KubeObject>;
}

export interface AdmissionReview {
  /** Null: nothing refuses the write. */
  readonly denied: Status | null;
  readonly warnings: readonly string[];
}

export interface Admission {
  readonly review: (attributes: AdmissionAttributes, source: ParamSource) => AdmissionReview;
}

const ADMITTED: AdmissionReview = { denied: null, warnings: [] };

/** Null when nothing is in force: then no write is looked at. */
export function createAdmission(configuration: AdmissionConfiguration | undefined): Admission | null {
  if (configuration === undefined || configuration.policies.length === 0) return null;
  const namespace = (configuration.namespace as unknown as JsonObject | null) ?? null;
  const hooks = configuration.policies.map((inForce) => ({
    inForce,
    compiled: lazily(() => compilePolicy(inForce.policy.spec)),
  }));
  return {
    review: (attributes, source) => {
      // A policy that nobody could take away again would be no use.
      if (isExempt(attributes)) return ADMITTED;
      const verdicts = hooks.flatMap(({ inForce, compiled }) =>
        judge(inForce, compiled, { attributes, namespace, source }),
      );
      return toReview(verdicts, attributes);
    },
  };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const isExempt = ({ group }: AdmissionAttributes): boolean => group === "admissionregistration.k8s.io";

interface Write {
  readonly attributes: AdmissionAttributes;
  readonly namespace: JsonObject | null;
  readonly source: ParamSource;
}

interface Verdict extends Denial {
  readonly policy: string;
  readonly binding: ValidatingAdmissionPolicyBinding;
  /** Something is wrong with the configuration: it is refused whatever the binding's actions are. */
  readonly isConfiguration: boolean;
}

function judge(inForce: PolicyInForce, compiled: () => CompiledPolicy, write: Write): readonly Verdict[] {
  const { policy, bindings } = inForce;
  const { spec, metadata } = policy;
  const { attributes, namespace } = write;
  const matches = (match: MatchResources): boolean => matchesResources(match, attributes, namespace);
  if (spec.matchConstraints === undefined || !matches(spec.matchConstraints)) return [];
  return bindings.flatMap(({ binding, params }): readonly Verdict[] => {
    const { matchResources, paramRef } = binding.spec;
    if (matchResources !== undefined && !matches(matchResources)) return [];
    const found = paramsOf(inForce, paramRef, params, write);
    if (!found.ok) {
      if (spec.failurePolicy === "Ignore") return [];
      const message = `failed to configure binding: ${found.message}`;
      return [{ policy: metadata.name, binding, message, reason: "Invalid", isConfiguration: true }];
    }
    return found.params.flatMap((param) =>
      evaluatePolicy(spec, compiled(), { attributes, namespace, params: param }).map((denial) => ({
        ...denial,
        policy: metadata.name,
        binding,
        isConfiguration: false,
      })),
    );
  });
}

type Params =
  /** One evaluation for each; null: without parameters. */
  | { readonly ok: true; readonly params: readonly (JsonObject | null)[] }
  | { readonly ok: false; readonly message: string };

function paramsOf(
  { policy, paramResource }: PolicyInForce,
  ref: ParamRef | undefined,
  given: readonly KubeObject[] | null,
  { attributes, source }: Write,
): Params {
  const { paramKind } = policy.spec;
  if (paramKind === undefined || ref === undefined) return { ok: true, params: [null] };
  const refuse = (message: string): Params => ({ ok: false, message });
  if (paramResource === null)
    return refuse(`paramKind kind \`${paramKind.apiVersion ?? ""}, Kind=${paramKind.kind ?? ""}\` not known`);
  if (paramResource.scope === "Cluster" && (ref.namespace ?? "") !== "") {
    return refuse("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
  }
  if (given === null && attributes.namespace === "") {
    return refuse("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
  }
  const found = given ?? selectParams(ref, paramResource.resource, source);
  if (found.length === 0 && ref.parameterNotFoundAction !== "Allow") {
    return refuse("no params found for policy binding with `Deny` parameterNotFoundAction");
  }
  return { ok: true, params: found.map((param) => param as unknown as JsonObject) };
}

/** The objects that a reference means, of those that there are. */
export function selectParams(
  { name = "", selector }: ParamRef,
  resource: ResourceKey,
  { get, list }: ParamSource,
): readonly KubeObject[] {
  if (name !== "") {
    const named = get(resource, name);
    return named === undefined ? [] : [named];
  }
  return Array.from(list(resource)).filter(({ metadata }) => matchesLabelSelector(selector, metadata.labels ?? {}));
}

function toReview(verdicts: readonly Verdict[], { group, resource, name }: AdmissionAttributes): AdmissionReview {
  if (verdicts.length === 0) return ADMITTED;
  const acts = ({ binding, isConfiguration }: Verdict, action: "Deny" | "Warn"): boolean =>
    isConfiguration ? action === "Deny" : (binding.spec.validationActions ?? []).includes(action);
  const [first] = verdicts.filter((verdict) => acts(verdict, "Deny"));
  const warnings = verdicts
    .filter((verdict) => acts(verdict, "Warn"))
    .map(
      (verdict) =>
        `Validation failed for ValidatingAdmissionPolicy '${verdict.policy}' with binding '${verdict.binding.metadata.name}': ${verdict.message}`,
    );
  if (first === undefined) return { denied: null, warnings };
  const why = `ValidatingAdmissionPolicy '${first.policy}' with binding '${first.binding.metadata.name}' denied request: ${first.message}`;
  return { denied: deniedByPolicy({ group, resource }, name, why, first.reason), warnings };
}

/** What would be wrong with Ingresses, before they are applied. */
import type { Secret } from "../api/core-v1/secret.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { DEFAULT_INGRESS_CLASS_ANNOTATION, type IngressClass } from "../api/networking-v1/ingress-class.ts";
import type { Ingress } from "../api/networking-v1/ingress.ts";
import { bootstrapIngressClasses } from "../registry/networking-v1/ingress-class/bootstrap-classes.ts";
import { certificateProblems } from "./certificates.ts";
import type { Problem } from "./problem.ts";
import { classNameOf } from "./translate/ingress-class.ts";
import { translateIngress } from "./translate/ingress.ts";

export interface Finding extends Problem {
  /** `namespace/name` of the Ingress. */
  readonly ingress: string;
}

/** `objects` are those of a set of manifests: classes, Secrets and ConfigMaps among them are known, beside a new cluster's classes. */
export function lintIngresses(objects: readonly KubeObject[]): readonly Finding[] {
  const classes: readonly Pick<IngressClass, "metadata" | "spec">[] = [
    ...(bootstrapIngressClasses() as unknown as readonly IngressClass[]),
    ...objects.filter(isClass).map((object) => object as IngressClass),
  ];
  const controllers = new Map(classes.map(({ metadata, spec }) => [metadata.name, spec.controller]));
  const isDefault = ({
    metadata,
  }: {
    readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  }) => metadata.annotations?.[DEFAULT_INGRESS_CLASS_ANNOTATION] === "true";
  const defaultClass = classes.findLast(isDefault)?.metadata.name ?? "wherry";
  const find = (kind: string, namespace: string, name: string): KubeObject | undefined =>
    objects.find((o) => o.kind === kind && o.metadata.name === name && namespaceOf(o) === namespace);
  return objects.filter(isIngress).flatMap((object) => {
    const namespace = namespaceOf(object);
    const named = object as Ingress;
    const spec = classNameOf(named) === null ? { ...named.spec, ingressClassName: defaultClass } : named.spec;
    const ingress: Ingress = { ...named, spec, metadata: { ...named.metadata, namespace } };
    const secret = (name: string): Secret | undefined => find("Secret", namespace, name) as Secret | undefined;
    const { problems, claim } = translateIngress(ingress, {
      controllerOf: (name) => controllers.get(name),
      secret,
      configMap: (name) => find("ConfigMap", namespace, name),
    });
    const certificates = claim.kind === "ours" ? certificateProblems(ingress, secret) : [];
    return [...problems, ...certificates].map((problem) => ({
      ...problem,
      ingress: `${namespace}/${ingress.metadata.name}`,
    }));
  });
}

const isClass = ({ kind }: KubeObject): boolean => kind === "IngressClass";
const isIngress = ({ kind, apiVersion }: KubeObject): boolean =>
  kind === "Ingress" && apiVersion === "networking.k8s.io/v1";
const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? "default";

/** The keys of the resources that code knows by name. */
import { resourceKey } from "./resource-kind.ts";

export const CONFIG_MAPS = resourceKey({ group: "", plural: "configmaps" });
export const EVENTS = resourceKey({ group: "", plural: "events" });
export const NAMESPACES = resourceKey({ group: "", plural: "namespaces" });
export const NODES = resourceKey({ group: "", plural: "nodes" });
export const PODS = resourceKey({ group: "", plural: "pods" });
export const SECRETS = resourceKey({ group: "", plural: "secrets" });
export const SERVICES = resourceKey({ group: "", plural: "services" });
export const SERVICE_ACCOUNTS = resourceKey({ group: "", plural: "serviceaccounts" });
/** Of a CustomResourceDefinition, which users install (KEP-1645). */
export const SERVICE_IMPORTS = resourceKey({ group: "multicluster.x-k8s.io", plural: "serviceimports" });
export const ENDPOINT_SLICES = resourceKey({ group: "discovery.k8s.io", plural: "endpointslices" });
export const INGRESSES = resourceKey({ group: "networking.k8s.io", plural: "ingresses" });
export const INGRESS_CLASSES = resourceKey({ group: "networking.k8s.io", plural: "ingressclasses" });
export const IP_ADDRESSES = resourceKey({ group: "networking.k8s.io", plural: "ipaddresses" });
export const SERVICE_CIDRS = resourceKey({ group: "networking.k8s.io", plural: "servicecidrs" });
export const VALIDATING_ADMISSION_POLICIES = resourceKey({
  group: "admissionregistration.k8s.io",
  plural: "validatingadmissionpolicies",
});
export const VALIDATING_ADMISSION_POLICY_BINDINGS = resourceKey({
  group: "admissionregistration.k8s.io",
  plural: "validatingadmissionpolicybindings",
});
export const CUSTOM_RESOURCE_DEFINITIONS = resourceKey({
  group: "apiextensions.k8s.io",
  plural: "customresourcedefinitions",
});

/** A Service that an Ingress or a route names, to one of its endpoints: straight there, as ingress controllers go. */
import { chooseEndpoint, candidatesFor, type Choice, type Pick } from "./choose-endpoint.ts";
import type { Endpoint, ServiceEntry, ServicePortEntry } from "./table.ts";
import type { Tables } from "./tables.ts";
import type { Verdict } from "./verdict.ts";

export interface BackendTo {
  readonly namespace: string;
  readonly service: string;
  readonly port: { readonly name: string } | { readonly number: number };
}

/** Traffic policies are kube-proxy's: whoever goes to endpoints by himself sees all of them. */
const ANYWHERE: Choice = { policy: "Cluster", node: null, family: null };

/** One of the candidates that is preferred to chance; undefined: chance. */
export type Prefer = (candidates: readonly Endpoint[]) => Endpoint | undefined;

/** Synchronous and total, as `resolve`. */
export function resolveBackend(tables: Tables, to: BackendTo, pick: Pick, prefer: Prefer | null): Verdict {
  const { namespace, service: name } = to;
  if (!tables.cluster.hasNamespace(namespace))
    return { kind: "unknown", reason: "UnknownNamespace", host: name, namespace };
  const table = tables.namespace(namespace);
  if (table === undefined) return { kind: "load", namespace };
  const service = table.service(name);
  if (service === undefined) return { kind: "unknown", reason: "UnknownService", host: name, namespace, service: name };
  const number = "number" in to.port ? to.port.number : 0;
  const port = portOf(service, to.port);
  if (service.type === "ExternalName") {
    const host = (service.externalName ?? "").toLowerCase().replace(/\.$/, "");
    return { kind: "externalName", service, host, port: port?.port ?? (number === 0 ? 80 : number) };
  }
  if (port === undefined) return { kind: "unknown", reason: "UnknownPort", service, port: number };
  const preferred = prefer?.(candidatesFor(port, ANYWHERE));
  if (preferred !== undefined) return { kind: "forward", service, port, endpoint: preferred, choice: ANYWHERE };
  const chosen = chooseEndpoint(port, ANYWHERE, pick);
  return chosen.kind === "endpoint"
    ? { kind: "forward", service, port, endpoint: chosen.endpoint, choice: ANYWHERE }
    : { kind: "reject", reason: "NoEndpoints", service, port: port.port };
}

/** A name may be a number in writing: Helm charts have long quoted them. */
const portOf = ({ ports }: ServiceEntry, wanted: BackendTo["port"]): ServicePortEntry | undefined =>
  ports.find(
    ({ name, port, protocol }) =>
      protocol === "TCP" &&
      ("name" in wanted ? name === wanted.name || String(port) === wanted.name : port === wanted.number),
  );

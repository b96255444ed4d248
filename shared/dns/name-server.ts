/** Who serves the zone: by convention the Service `kube-dns` of `kube-system`, where there is one. */
import type { Tables } from "../proxy/tables.ts";
import { addressRecords } from "./address-records.ts";
import { answered, type Answer, type Context } from "./context.ts";
import { EXISTS, type Found } from "./found.ts";
import type { ResourceRecord } from "./records.ts";
import type { ServiceRequest } from "./record-request.ts";
import type { Trace } from "./trace.ts";
import { findService } from "./service-records.ts";

export const DNS_SERVICE: ServiceRequest = {
  kind: "service",
  namespace: "kube-system",
  service: "kube-dns",
  endpoint: null,
  port: null,
  protocol: null,
};

/** `ns.dns.<zone>`, the SOA's mname, exists always and has that Service's addresses. */
export function findNameServer(tables: Tables, trace?: Trace): Found {
  const found = findService(tables, DNS_SERVICE, trace);
  return found.kind === "absent" || found.kind === "externalName" ? EXISTS : found;
}

/** NS at the zone's apex, with the addresses as glue. */
export function answerNameServers(context: Context): Answer {
  const found = findNameServer(context.tables, context.options.trace);
  if (found.kind !== "records") return found.kind === "load" ? found : answered(context, []);
  if (found.records.length === 0) return answered(context, []);
  // The Service is in the cluster's own zone, but a name server must have a name in this one that leads to it.
  const target = [...(context.options.multicluster ? ["ns", "dns"] : found.owner), ...context.zone];
  const ns: ResourceRecord = { name: context.question.name, ttl: context.options.ttl, data: { type: "NS", target } };
  const glue = (["A", "AAAA"] as const).flatMap((type) => addressRecords(target, found.records, type, context.options));
  return answered(context, [ns], glue);
}

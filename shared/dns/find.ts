import type { Context } from "./context.ts";
import { ABSENT, EXISTS, type Found } from "./found.ts";
import { lowerName, type Name } from "./name.ts";
import { findImport } from "./import-records.ts";
import { findNameServer } from "./name-server.ts";
import { findPod } from "./pod-records.ts";
import { parseRecordRequest } from "./record-request.ts";
import { findService, hasNamespace } from "./service-records.ts";

/** What is under `name`, which is in the cluster's zone. */
export function find({ tables, options }: Context, name: Name): Found {
  const request = parseRecordRequest(lowerName(name.slice(0, name.length - options.zone.length)), options);
  const { trace } = options;
  trace?.({ kind: "request", name, request });
  switch (request.kind) {
    case "emptyNonTerminal":
    case "version":
      return EXISTS;
    case "nameServer":
      return findNameServer(tables, trace);
    case "namespace":
      return hasNamespace(tables, request.namespace, trace) ? EXISTS : ABSENT;
    case "service":
      return options.multicluster ? findImport(tables, request, trace) : findService(tables, request, trace);
    case "pod":
      return hasNamespace(tables, request.namespace, trace)
        ? findPod(tables, request.namespace, request.pod, options.pods)
        : ABSENT;
    case "invalid":
      return ABSENT;
    default:
      return request satisfies never;
  }
}

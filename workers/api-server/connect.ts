/** Subresources that are no view of an object (`registry/connect-subresources.ts`). */
import type { ResourceRequest } from "../../shared/apimachinery/request-info.ts";
import { notFound } from "../../shared/apimachinery/status.ts";
import type { ConnectName } from "../../shared/registry/connect-subresources.ts";
import type { Env } from "../env.ts";
import { serveEviction } from "./eviction.ts";
import { servePodLog } from "./pod-log.ts";
import { serveProxy } from "./proxy.ts";
import { statusResponse } from "./status-response.ts";
import type { Target } from "./target.ts";
import { serveTokenRequest } from "./token-request.ts";

export interface ConnectRequest {
  readonly env: Env;
  readonly request: Request;
  readonly info: ResourceRequest;
  readonly target: Target;
}

export async function serveConnect(name: ConnectName, context: ConnectRequest): Promise<Response> {
  const { env, request, info, target } = context;
  if (name === "proxy") return serveProxy(env, request, info, target);
  const { kind } = target;
  if (target.impossibleNamespace) {
    return statusResponse(notFound({ group: kind.group, resource: kind.plural }, target.name));
  }
  switch (name) {
    case "eviction":
      return serveEviction(context);
    case "log":
      return servePodLog(context);
    case "token":
      return serveTokenRequest(context);
    default:
      return name satisfies never;
  }
}

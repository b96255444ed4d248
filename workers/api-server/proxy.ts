/** The `proxy` subresource of Services and Pods: an HTTP request carried into the cluster, through the router. */
import type { Pod } from "../../shared/api/core-v1/pod.ts";
import type { Service } from "../../shared/api/core-v1/service.ts";
import type { Result } from "../../shared/api/meta-v1/status.ts";
import { splitTarget, type ResourceRequest } from "../../shared/apimachinery/request-info.ts";
import { badRequest, notFound } from "../../shared/apimachinery/status.ts";
import {
  parseProxyName,
  podLocation,
  serviceLocation,
  type ProxyName,
} from "../../shared/registry/core-v1/resource-location.ts";
import { resourceKey, type ResourceKind } from "../../shared/registry/resource-kind.ts";
import { FRONT_HEADER } from "../arrival.ts";
import type { Env } from "../env.ts";
import { statusResponse } from "./status-response.ts";
import { storeFor } from "./stores.ts";
import type { Target } from "./target.ts";

/** Forwards the request to the Service or Pod; a `Status` where there is none, or no such port. */
export async function serveProxy(env: Env, request: Request, info: ResourceRequest, target: Target): Promise<Response> {
  const { kind, namespace } = target;
  const name = parseProxyName(target.name);
  if (name === null) {
    const what = kind.kind.toLowerCase();
    return statusResponse(
      badRequest(`invalid ${what} request ${JSON.stringify(target.name)}: must be [scheme:]name[:port]`),
    );
  }
  const { search } = splitTarget(request.url);
  const query = search === "" ? "" : `?${search}`;
  if (info.subpath === "" && (request.method === "GET" || request.method === "HEAD"))
    return slashRedirect(request, query);
  if (target.impossibleNamespace)
    return statusResponse(notFound({ group: kind.group, resource: kind.plural }, name.name));
  const found = await storeFor(env, info.cluster, kind, namespace).get(resourceKey(kind), namespace, name.name);
  if (!found.ok) return statusResponse(found.status);
  const authority = locate(kind, found.value, name, env.CLUSTER_DOMAIN);
  if (!authority.ok) return statusResponse(authority.status);
  const path = info.subpath === "" ? "/" : info.subpath;
  return env.MESH.fetch(forwarded(`${name.scheme}://${authority.value}${path}${query}`, request, info));
}

function locate(kind: ResourceKind, text: string, name: ProxyName, clusterDomain: string): Result<string> {
  if (kind.plural === "pods") return podLocation(JSON.parse(text) as Pod, name);
  return serviceLocation(JSON.parse(text) as Service, name, clusterDomain);
}

/** A page's relative links work only from below its root, so `…/proxy` is sent to `…/proxy/`, as kube-apiserver does. */
function slashRedirect(request: Request, query: string): Response {
  const path = request.url.replace(/^[a-z]+:\/\/[^/]*/i, "").split("?", 1)[0] ?? "";
  return new Response(null, { status: 301, headers: { location: `${path}/${query}` } });
}

/** The client's request under the new URL, without the token that was meant for the API server. */
function forwarded(url: string, request: Request, { cluster, namespace }: ResourceRequest): Request {
  const copy = new Request(url, request);
  const headers = new Headers(request.headers);
  headers.delete("authorization");
  headers.delete("host");
  headers.delete(FRONT_HEADER);
  headers.set("wherry-cluster", cluster);
  headers.set("wherry-source", namespace);
  return new Request(copy, { headers, redirect: "manual" });
}

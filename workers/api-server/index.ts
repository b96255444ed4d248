/** The Kubernetes API server: decodes requests, asks the stores, encodes their answers. It keeps no state. */
import { Hono } from "hono";
import { requestInfo, splitTarget, type ResourceRequest } from "../../shared/apimachinery/request-info.ts";
import { badRequest, unknownPath } from "../../shared/apimachinery/status.ts";
import { DEFAULT_CLUSTER, type Env } from "../env.ts";
import type { ApiEnv } from "./app-env.ts";
import { refusal } from "./auth.ts";
import { serveConnect } from "./connect.ts";
import { customKinds } from "./custom-kinds.ts";
import { discoveryRoutes } from "./discovery-routes.ts";
import { serveObject } from "./object-request.ts";
import { openapiRoutes } from "./openapi-routes.ts";
import { registryRoutes } from "./registry-routes.ts";
import { exceptionResponse, statusResponse } from "./status-response.ts";
import { registeredKind, targetOf } from "./target.ts";

// Routes are written without the cluster prefix; the path is otherwise matched as it was sent.
const app = new Hono<ApiEnv>({ getPath: (request) => splitTarget(request.url).path });

app.use(async (c, next) => {
  const refused = await refusal(c.req.raw.headers, c.env);
  if (refused !== null) return statusResponse(refused);
  const info = requestInfo(c.req.method, c.req.url, DEFAULT_CLUSTER);
  if (info.kind === "malformed") return statusResponse(badRequest(info.message));
  c.set("info", info);
  return next();
});

app.route("/", discoveryRoutes);
app.route("/", openapiRoutes);
app.route("/", registryRoutes);

app.all("*", async (c) => {
  const info = c.get("info");
  if (info.kind === "path") return statusResponse(unknownPath());
  const kind = registeredKind(info) ?? (await customKind(c.env, info));
  const target = targetOf(info, kind);
  if (!target.ok) return statusResponse(target.status);
  const { operation } = target.value;
  switch (operation.kind) {
    case "object":
      return serveObject(c.env, c.req.raw, info, target.value, operation);
    case "connect":
      return serveConnect(operation.name, { env: c.env, request: c.req.raw, info, target: target.value });
    default:
      return operation satisfies never;
  }
});

/** Of a definition, where the group can be one's: the core group has none, and a path without a dot is not worth the question. */
async function customKind(env: Env, { cluster, group, version, resource }: ResourceRequest) {
  if (!group.includes(".")) return undefined;
  return (await customKinds(env, cluster)).find(group, version, resource);
}

app.onError((error, c) => exceptionResponse(error, c.req.method === "GET" || c.req.method === "HEAD"));

export const ApiServer = {
  fetch: (request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> =>
    app.fetch(request, env, ctx),
} satisfies ExportedHandler<Env>;

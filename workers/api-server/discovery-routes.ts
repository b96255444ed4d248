/** `/api`, `/apis` and below, `/version`, health and the root: what the server is and serves. */
import { Hono, type Context } from "hono";
import { discoveryMediaType, negotiateDiscovery, SERVED_MEDIA_TYPES } from "../../shared/apimachinery/negotiation.ts";
import { notAcceptable, unknownPath } from "../../shared/apimachinery/status.ts";
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
  groupVersions,
} from "../../shared/registry/discovery.ts";
import { kinds } from "../../shared/registry/index.ts";
import type { ResourceKind } from "../../shared/registry/resource-kind.ts";
import type { ApiEnv } from "./app-env.ts";
import { allKinds, customKinds, type CustomKinds } from "./custom-kinds.ts";
import { documentResponse, lazyDocument } from "./documents.ts";
import { jsonResponse, statusResponse } from "./status-response.ts";

/**
 * The Kubernetes release whose API this is, with build metadata of ours: a semantic version that kubectl and helm parse
 * and that charts' `kubeVersion` constraints accept.
 */
const VERSION = {
  major: "1",
  minor: "35",
  gitVersion: "v1.35.0+wherry",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "",
  platform: "cloudflare/workerd",
};

const HEALTH_PATHS = ["/healthz", "/livez", "/readyz"];

const rootsOf = (kinds: readonly ResourceKind[]) => ({
  api: {
    v2: lazyDocument(() => aggregatedDiscovery(kinds, "api", "v2")),
    v2beta1: lazyDocument(() => aggregatedDiscovery(kinds, "api", "v2beta1")),
    legacy: lazyDocument(() => apiVersions(kinds)),
  },
  apis: {
    v2: lazyDocument(() => aggregatedDiscovery(kinds, "apis", "v2")),
    v2beta1: lazyDocument(() => aggregatedDiscovery(kinds, "apis", "v2beta1")),
    legacy: lazyDocument(() => apiGroupList(kinds)),
  },
});

type Roots = ReturnType<typeof rootsOf>;

/** No definition adds to the core group. */
const registered = rootsOf(kinds);
const ofCustom = new WeakMap<CustomKinds, Roots>();

function rootsWith(custom: CustomKinds): Roots {
  const known = ofCustom.get(custom);
  if (known !== undefined) return known;
  const roots = rootsOf(allKinds(custom));
  ofCustom.set(custom, roots);
  return roots;
}

async function serveRoot(roots: Roots, root: "api" | "apis", request: Request): Promise<Response> {
  const form = negotiateDiscovery(request.headers.get("accept"));
  if (form === null) return statusResponse(notAcceptable(SERVED_MEDIA_TYPES));
  // Clients that asked for the aggregated form recognise it by this exact type.
  const type = form === "legacy" ? "application/json" : discoveryMediaType(form);
  const headers = { "content-type": type, vary: "Accept", "cache-control": "public" };
  return documentResponse(await roots[root][form](), request, headers);
}

const found = (document: object | null): Response =>
  document === null ? statusResponse(unknownPath()) : jsonResponse(JSON.stringify(document));

/** What the root lists. */
const paths = (kinds: readonly ResourceKind[]): readonly string[] => [
  "/api",
  "/apis",
  ...groupVersions(kinds).flatMap((gv) =>
    gv.includes("/") ? [`/apis/${gv.split("/", 1)[0] ?? ""}`, `/apis/${gv}`] : [`/api/${gv}`],
  ),
  ...HEALTH_PATHS,
  "/openapi/v2",
  "/openapi/v3",
  ...groupVersions(kinds).map((gv) => `/openapi/v3/${gv.includes("/") ? "apis" : "api"}/${gv}`),
  "/version",
];

/** As kube-apiserver: `ok`, or with `?verbose` each check on a line. What answers here is stateless: it answers, so it is well. */
function health(path: string, verbose: boolean): Response {
  const text = verbose ? `[+]ping ok\n${path.slice(1)} check passed\n` : "ok";
  return new Response(text, {
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-cache, private",
      "x-content-type-options": "nosniff",
    },
  });
}

const customOf = (c: Context<ApiEnv>): Promise<CustomKinds> => customKinds(c.env, c.var.info.cluster);

/** Every kind of the cluster that a request is about. */
const served = async (c: Context<ApiEnv>): Promise<readonly ResourceKind[]> => allKinds(await customOf(c));

export const discoveryRoutes = new Hono<ApiEnv>()
  .get("/", async (c) => jsonResponse(JSON.stringify({ paths: [...new Set(paths(await served(c)))].sort() })))
  .get("/version", () => jsonResponse(JSON.stringify(VERSION)))
  .on("GET", HEALTH_PATHS, (c) => health(c.req.path, c.var.info.query.has("verbose")))
  .get("/api", (c) => serveRoot(registered, "api", c.req.raw))
  .get("/apis", async (c) => serveRoot(rootsWith(await customOf(c)), "apis", c.req.raw))
  .get("/api/:version", (c) => found(apiResourceList(kinds, "", c.req.param("version"))))
  .get("/apis/:group", async (c) => found(apiGroup(await served(c), c.req.param("group"))))
  .get("/apis/:group/:version", async (c) =>
    found(apiResourceList(await served(c), c.req.param("group"), c.req.param("version"))),
  );

/** `/openapi/v3`, one document a group version, and the least of `/openapi/v2` that kubectl asks for. */
import { Hono } from "hono";
import { unknownPath } from "../../shared/apimachinery/status.ts";
import { groupVersions } from "../../shared/registry/discovery.ts";
import { kinds } from "../../shared/registry/index.ts";
import { apiVersionOf, type ResourceKind } from "../../shared/registry/resource-kind.ts";
import { openApiDocument, openApiV2Stub } from "../../shared/registry/schema/openapi.ts";
import type { ApiEnv } from "./app-env.ts";
import { allKinds, customKinds, type CustomKinds } from "./custom-kinds.ts";
import { documentResponse, lazyDocument, type Document } from "./documents.ts";
import { jsonResponse, statusResponse } from "./status-response.ts";

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** By the path below `/openapi/v3/`: `api/v1`, `apis/apps/v1`. */
type Documents = ReadonlyMap<string, () => Promise<Document>>;

/** The documents of the group versions that are named, of all these kinds. */
const documentsOf = (served: readonly ResourceKind[], named: readonly string[]): Documents =>
  new Map(
    named.map((gv) => [
      `${gv.includes("/") ? "apis" : "api"}/${gv}`,
      lazyDocument(() =>
        openApiDocument(
          gv,
          served.filter((kind) => apiVersionOf(kind) === gv),
        ),
      ),
    ]),
  );

const registered = documentsOf(kinds, groupVersions(kinds));
const ofCustom = new WeakMap<CustomKinds, Documents>();

/** Those of the registry, and those that definitions add. */
function documentsWith(custom: CustomKinds): Documents {
  const known = ofCustom.get(custom);
  if (known !== undefined) return known;
  const documents = new Map([...registered, ...documentsOf(allKinds(custom), groupVersions(custom.kinds))]);
  ofCustom.set(custom, documents);
  return documents;
}

/** The index names each document with its hash, so that clients may keep what they have for ever. */
async function index(documents: Documents): Promise<Response> {
  const entries = await Promise.all(
    [...documents].map(async ([path, document]) => {
      const { hash } = await document();
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }] as const;
    }),
  );
  return jsonResponse(JSON.stringify({ paths: Object.fromEntries(entries) }));
}

interface DocumentRequest {
  readonly path: string;
  readonly hash: string | null;
  readonly request: Request;
}

async function serveDocument(documents: Documents, { path, hash, request }: DocumentRequest): Promise<Response> {
  const document = await documents.get(path)?.();
  if (document === undefined) return statusResponse(unknownPath());
  const lasting = hash === document.hash;
  return documentResponse(document, request, {
    "content-type": "application/json",
    vary: "Accept",
    "cache-control": lasting ? "public, immutable" : "no-cache, private",
    ...(lasting ? { expires: new Date(Date.now() + YEAR_SECONDS * 1000).toUTCString() } : {}),
  });
}

const V2_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
const V2_JSON = JSON.stringify({ swagger: "2.0", info: { title: "Kubernetes", version: "v1.35.0" }, paths: {} });

/** kubectl wants this document only to be there, and only in protobuf; what it describes is in v3. */
const v2 = (accept: string): Response =>
  accept.includes("application/com.github.proto-openapi.spec.v2")
    ? new Response(openApiV2Stub, { headers: { "content-type": V2_PROTOBUF, "cache-control": "no-cache, private" } })
    : jsonResponse(V2_JSON);

export const openapiRoutes = new Hono<ApiEnv>()
  .get("/openapi/v2", (c) => v2(c.req.header("accept") ?? ""))
  .get("/openapi/v3", async (c) => index(documentsWith(await customKinds(c.env, c.var.info.cluster))))
  .get("/openapi/v3/*", async (c) => {
    const path = c.req.path.slice("/openapi/v3/".length);
    const documents = path.includes(".") ? documentsWith(await customKinds(c.env, c.var.info.cluster)) : registered;
    return serveDocument(documents, { path, hash: c.var.info.query.get("hash"), request: c.req.raw });
  });

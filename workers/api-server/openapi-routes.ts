/** `/openapi/v3`, one document a group version, and `/openapi/v2`, one document of all. */
import { Hono } from "hono";
import { notAcceptable, unknownPath } from "../../shared/apimachinery/status.ts";
import { groupVersions } from "../../shared/registry/discovery.ts";
import { kinds } from "../../shared/registry/index.ts";
import { apiVersionOf, type ResourceKind } from "../../shared/registry/resource-kind.ts";
import { openApiDocument } from "../../shared/registry/schema/openapi.ts";
import { openApiV2Bytes } from "../../shared/registry/schema/openapi-v2-protobuf.ts";
import { openApiV2Document } from "../../shared/registry/schema/openapi-v2.ts";
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
/** kubectl spells it so. */
const V2_PROTOBUF_ASKED = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
const NO_CACHE = { "cache-control": "no-cache, private", vary: "Accept" };

/** One document of all kinds, in both forms, each made when it is first asked for. */
interface V2 {
  readonly text: () => string;
  readonly bytes: () => Uint8Array<ArrayBuffer>;
}

function lazyV2(served: () => readonly ResourceKind[]): V2 {
  let text: string | undefined;
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  return {
    text: () => (text ??= JSON.stringify(openApiV2Document(served()))),
    bytes: () => (bytes ??= openApiV2Bytes(openApiV2Document(served()))),
  };
}

const registeredV2 = lazyV2(() => kinds);
const v2OfCustom = new WeakMap<CustomKinds, V2>();

function v2With(custom: CustomKinds): V2 {
  if (custom.kinds.length === 0) return registeredV2;
  const known = v2OfCustom.get(custom);
  if (known !== undefined) return known;
  const made = lazyV2(() => allKinds(custom));
  v2OfCustom.set(custom, made);
  return made;
}

/** The first form of those that the client takes, JSON where it takes any. */
function v2Response({ text, bytes }: V2, accept: string): Response {
  const asked = accept === "" ? ["*/*"] : accept.split(",").map((type) => (type.split(";", 1)[0] ?? "").trim());
  for (const type of asked) {
    if (type === V2_PROTOBUF || type === V2_PROTOBUF_ASKED) {
      return new Response(bytes(), { headers: { ...NO_CACHE, "content-type": V2_PROTOBUF } });
    }
    if (type === "application/json" || type === "application/*" || type === "*/*") {
      return new Response(text(), { headers: { ...NO_CACHE, "content-type": "application/json" } });
    }
  }
  return statusResponse(notAcceptable(["application/json", V2_PROTOBUF]));
}

export const openapiRoutes = new Hono<ApiEnv>()
  .get("/openapi/v2", async (c) => {
    const custom = await customKinds(c.env, c.var.info.cluster);
    return v2Response(v2With(custom), c.req.header("accept") ?? "");
  })
  .get("/openapi/v3", async (c) => index(documentsWith(await customKinds(c.env, c.var.info.cluster))))
  .get("/openapi/v3/*", async (c) => {
    const path = c.req.path.slice("/openapi/v3/".length);
    const documents = path.includes(".") ? documentsWith(await customKinds(c.env, c.var.info.cluster)) : registered;
    return serveDocument(documents, { path, hash: c.var.info.query.get("hash"), request: c.req.raw });
  });

/** `paths` of an OpenAPI v3 document, from declared kinds. */
import type { JsonObject, JsonValue } from "../../apimachinery/json.ts";
import { scaleSchema } from "../autoscaling-v1/scale/schema.ts";
import type { ResourceKind, Verb } from "../resource-kind.ts";
import { reference, type GroupVersionKind } from "./openapi-schemas.ts";

/** What a path serves: the object that it reads and writes. */
interface Served {
  readonly gvk: GroupVersionKind;
  readonly schemaName: string;
  readonly patchTypes: readonly string[];
}

/** How one verb appears: its HTTP method, and the action as clients know it. */
interface Operation {
  readonly verb: Verb;
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly action: string;
  readonly query: readonly QueryParameter[];
  readonly body: "none" | "object" | "patch";
  readonly answer: "object" | "list";
}

type QueryParameter = keyof typeof QUERY;

const QUERY = {
  allowWatchBookmarks: ["boolean", "Send bookmarks in a watch."],
  continue: ["string", "Asks for the page after the one that gave this token."],
  dryRun: ["string", "All: do everything but store the result."],
  fieldManager: ["string", "Who is making the change."],
  fieldSelector: ["string", "Chooses objects by their fields."],
  fieldValidation: ["string", "What to do about unknown and duplicate fields: Ignore, Warn or Strict."],
  force: ["boolean", "Take over fields that another manager owns; for apply only."],
  gracePeriodSeconds: ["integer", "Seconds until the object goes."],
  labelSelector: ["string", "Chooses objects by their labels."],
  limit: ["integer", "How many objects a page may hold."],
  propagationPolicy: ["string", "What becomes of dependents: Orphan, Background or Foreground."],
  resourceVersion: ["string", "The revision to read at, or to watch from."],
  resourceVersionMatch: ["string", "How resourceVersion is meant: Exact or NotOlderThan."],
  sendInitialEvents: ["boolean", "Begin a watch with the objects that are there."],
  timeoutSeconds: ["integer", "Ends the list or watch after this long."],
  watch: ["boolean", "Watch for changes instead of listing."],
} as const;

const SELECTION: readonly QueryParameter[] = ["fieldSelector", "labelSelector", "limit", "continue", "resourceVersion"];
const READ_LIST: readonly QueryParameter[] = [
  ...SELECTION,
  "resourceVersionMatch",
  "watch",
  "allowWatchBookmarks",
  "sendInitialEvents",
  "timeoutSeconds",
];
const WRITE: readonly QueryParameter[] = ["dryRun", "fieldManager", "fieldValidation"];
const DELETE: readonly QueryParameter[] = ["dryRun", "gracePeriodSeconds", "propagationPolicy"];

const LIST: Operation = { verb: "list", method: "get", action: "list", query: READ_LIST, body: "none", answer: "list" };
const COLLECTION: readonly Operation[] = [
  LIST,
  { verb: "create", method: "post", action: "post", query: WRITE, body: "object", answer: "object" },
  {
    verb: "deletecollection",
    method: "delete",
    action: "deletecollection",
    query: [...SELECTION, ...DELETE],
    body: "none",
    answer: "object",
  },
];
const ITEM: readonly Operation[] = [
  { verb: "get", method: "get", action: "get", query: [], body: "none", answer: "object" },
  { verb: "update", method: "put", action: "put", query: WRITE, body: "object", answer: "object" },
  { verb: "patch", method: "patch", action: "patch", query: [...WRITE, "force"], body: "patch", answer: "object" },
  { verb: "delete", method: "delete", action: "delete", query: DELETE, body: "none", answer: "object" },
];
const SUBRESOURCE: readonly Operation[] = ITEM.filter(({ verb }) => verb !== "delete");

/** The media types of PATCH. Strategic merge among them tells kubectl to compute its patches from these schemas. */
const PATCH_TYPES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
];

const SCALE: Served = {
  gvk: { group: "autoscaling", version: "v1", kind: "Scale" },
  schemaName: scaleSchema.name,
  patchTypes: PATCH_TYPES,
};

/** Every path of a kind with its operations. */
export function pathsOf(kind: ResourceKind): JsonObject {
  const { group, version, plural } = kind;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const isNamespaced = kind.scope === "Namespaced";
  const collection = isNamespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const item = `${collection}/{name}`;
  // Lists of custom resources merge by no strategy that clients could know: kubectl is to compute merge patches.
  const patchTypes = PATCH_TYPES.filter((type) => kind.custom === undefined || !type.includes("strategic"));
  const served: Served = { gvk: { group, version, kind: kind.kind }, schemaName: kind.schema.name, patchTypes };
  const variables = isNamespaced ? ["name", "namespace"] : ["name"];
  const subresource = (what: Served) => pathItem(what, SUBRESOURCE, kind, variables);
  return {
    ...(isNamespaced ? { [`${root}/${plural}`]: pathItem(served, [LIST], kind, []) } : {}),
    [collection]: pathItem(served, COLLECTION, kind, isNamespaced ? ["namespace"] : []),
    [item]: pathItem(served, ITEM, kind, variables),
    ...(kind.hasStatus ? { [`${item}/status`]: subresource(served) } : {}),
    ...(kind.scale === undefined ? {} : { [`${item}/scale`]: subresource({ ...SCALE, patchTypes }) }),
  };
}

function pathItem(
  served: Served,
  operations: readonly Operation[],
  kind: ResourceKind,
  variables: readonly string[],
): JsonObject {
  const inPath = variables.map((name) => ({
    name,
    in: "path",
    required: true,
    description: name === "name" ? `Name of the ${kind.kind}.` : "The namespace.",
    schema: { type: "string", uniqueItems: true },
  }));
  const allowed = operations.filter(({ verb }) => kind.verbs.includes(verb));
  return {
    ...Object.fromEntries(allowed.map((operation) => [operation.method, operationObject(served, operation)])),
    ...(inPath.length === 0 ? {} : { parameters: inPath }),
  };
}

function operationObject(served: Served, operation: Operation): JsonObject {
  const answer = reference(operation.answer === "list" ? `${served.schemaName}List` : served.schemaName);
  const request = requestBody(served, operation.body);
  return {
    description: `${operation.action} ${served.gvk.kind}`,
    parameters: operation.query.map(queryParameter),
    ...(request === null ? {} : { requestBody: request }),
    responses: { "200": { description: "OK", content: { "application/json": { schema: answer } } } },
    "x-kubernetes-action": operation.action,
    "x-kubernetes-group-version-kind": { ...served.gvk },
  };
}

function queryParameter(name: QueryParameter): JsonObject {
  const [type, description] = QUERY[name];
  return { name, in: "query", description, schema: { type, uniqueItems: true } };
}

function requestBody(served: Served, body: Operation["body"]): JsonObject | null {
  switch (body) {
    case "none":
      return null;
    case "object":
      return { required: true, content: { "application/json": { schema: reference(served.schemaName) } } };
    case "patch": {
      const schema: JsonValue = { type: "object" };
      return { required: true, content: Object.fromEntries(served.patchTypes.map((type) => [type, { schema }])) };
    }
    default:
      return body satisfies never;
  }
}

/** The few Kubernetes API requests that the local side makes itself, over HTTP as any client would. */
import type { KubeObject } from "../shared/api/meta-v1/object.ts";
import type { Status } from "../shared/api/meta-v1/status.ts";

/** A request that the API server refused. */
export class KubeError extends Error {
  override readonly name = "KubeError";
  readonly code: number;
  readonly status: Status | null;

  constructor(what: string, code: number, status: Status | null, text: string) {
    super(`${what}: ${status?.message ?? `HTTP ${code} ${text.slice(0, 500)}`}`);
    this.code = code;
    this.status = status;
  }
}

export interface KubeClient {
  /** `server` and a path under it, e.g. `/api/v1/namespaces`. */
  readonly server: string;
  /** Merges an object into the one of that name (RFC 7386), or creates it. `path` is the collection's. */
  createOrMerge(path: string, object: NamedObject): Promise<KubeObject>;
  /** Null when there is none. */
  get<T = KubeObject>(path: string): Promise<T | null>;
  merge(path: string, patch: object): Promise<KubeObject>;
  /** Null when an object of that name exists. */
  create(path: string, object: NamedObject): Promise<KubeObject | null>;
}

export interface NamedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly generateName?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** `token` is what the server asks for; null: nothing. */
export function createKubeClient(server: string, token: string | null = null): KubeClient {
  const request = (method: string, path: string, type: string | null, body: object | null) =>
    fetch(`${server}${path}`, {
      method,
      headers: {
        accept: "application/json",
        ...(type === null ? {} : { "content-type": type }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    });
  const create = async (path: string, object: NamedObject): Promise<KubeObject | null> => {
    const response = await request("POST", withManager(path), "application/json", object);
    return (await read(`create ${label(object)}`, response, "AlreadyExists")) as KubeObject | null;
  };
  const merge = async (path: string, patch: object, expected?: string): Promise<KubeObject | null> => {
    const response = await request("PATCH", withManager(path), "application/merge-patch+json", patch);
    return (await read(`change ${path}`, response, expected)) as KubeObject | null;
  };
  return {
    server,
    create,
    merge: async (path, patch) => (await merge(path, patch)) as KubeObject,
    get: async <T>(path: string) =>
      (await read(`get ${path}`, await request("GET", path, null, null), "NotFound")) as T | null,
    createOrMerge: async (path, object) => {
      const { name } = object.metadata;
      const merged = name === undefined ? null : await merge(`${path}/${encodeURIComponent(name)}`, object, "NotFound");
      return merged ?? ((await create(path, object)) as KubeObject);
    },
  };
}

const withManager = (path: string): string => `${path}${path.includes("?") ? "&" : "?"}fieldManager=wherry`;

const label = ({ kind, metadata }: NamedObject): string =>
  `${kind} ${JSON.stringify(metadata.name ?? metadata.generateName ?? "")}`;

const isStatus = (value: unknown): value is Status =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "Status";

/** The JSON body; null for a refusal with the `expected` reason; throws a `KubeError` for every other one. */
async function read(what: string, response: Response, expected?: string): Promise<unknown> {
  const text = await response.text();
  const value = parse(text);
  if (response.ok && value !== undefined) return value;
  const status = isStatus(value) ? value : null;
  if (expected !== undefined && status?.reason === expected) return null;
  throw new KubeError(what, response.status, status, text);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

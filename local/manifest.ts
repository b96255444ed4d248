/** Manifests: YAML or JSON text of any number of objects, and where in the API each of them goes. */
import { parseAllDocuments } from "yaml";
import type { KubeObject } from "../shared/api/meta-v1/object.ts";
import type { KubeClient, NamedObject } from "./kube-client.ts";

/** Throws an `Error` that says where, when the text is not YAML or a document is not an object of a kind. */
export function parseManifest(text: string): NamedObject[] {
  const documents = parseAllDocuments(text, { maxAliasCount: 100 } as object);
  return documents.flatMap((document, index) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`the manifest is not YAML: ${error.message}`);
    return objectsOf(document.toJS({ maxAliasCount: 100 }), `document ${index + 1} of the manifest`);
  });
}

function objectsOf(value: unknown, where: string): NamedObject[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== "object" || Array.isArray(value)) throw new Error(`${where} is not an object`);
  const { apiVersion, kind, metadata, items } = value as Record<string, unknown>;
  if (typeof apiVersion !== "string" || apiVersion === "") throw new Error(`${where} has no apiVersion`);
  if (typeof kind !== "string" || kind === "") throw new Error(`${where} has no kind`);
  if (kind.endsWith("List") && Array.isArray(items)) {
    return items.flatMap((item: unknown, i) => objectsOf(item, `item ${i + 1} in ${where}`));
  }
  const { name, generateName } = (metadata ?? {}) as Record<string, unknown>;
  if (typeof name !== "string" && typeof generateName !== "string")
    throw new Error(`${where} (${kind}) has no metadata.name`);
  return [value as NamedObject];
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Creates each object or merges it into the one there is, Namespaces first, and gives them as stored. */
export async function applyManifest(client: KubeClient, text: string): Promise<KubeObject[]> {
  const objects = parseManifest(text);
  const inOrder = [...objects.filter(isNamespace), ...objects.filter((object) => !isNamespace(object))];
  const discovered = new Map<string, Promise<readonly ApiResource[]>>();
  const stored: KubeObject[] = [];
  for (const object of inOrder) {
    stored.push(await client.createOrMerge(await collectionPath(client, object, discovered), object));
  }
  return stored;
}

const isNamespace = ({ apiVersion, kind }: NamedObject): boolean => apiVersion === "v1" && kind === "Namespace";

async function collectionPath(
  client: KubeClient,
  { apiVersion, kind, metadata }: NamedObject,
  discovered: Map<string, Promise<readonly ApiResource[]>>,
): Promise<string> {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const resources = discovered.get(root) ?? discover(client, root);
  discovered.set(root, resources);
  const resource = (await resources).find((candidate) => candidate.kind === kind && !candidate.name.includes("/"));
  if (resource === undefined)
    throw new Error(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`);
  if (!resource.namespaced) return `${root}/${resource.name}`;
  const namespace = typeof metadata["namespace"] === "string" ? metadata["namespace"] : "default";
  return `${root}/namespaces/${encodeURIComponent(namespace)}/${resource.name}`;
}

async function discover(client: KubeClient, root: string): Promise<readonly ApiResource[]> {
  return (await client.get<{ resources: readonly ApiResource[] }>(root))?.resources ?? [];
}

/** What a store knows of the kinds that it is asked about: those of the registry, and those that definitions declare. */
import type { CustomResourceDefinition } from "../shared/api/apiextensions-v1/custom-resource-definition.ts";
import { customKindKey, type ClusterInfo, type CustomKind } from "../shared/controllers/controller.ts";
import { kindOfDefinition } from "../shared/registry/apiextensions-v1/custom-resource/index.ts";
import { kindByResource } from "../shared/registry/index.ts";
import { CUSTOM_RESOURCE_DEFINITIONS } from "../shared/registry/resource-keys.ts";
import type { DefinitionReference, ResourceKey, ResourceKind } from "../shared/registry/resource-kind.ts";
import type { ClusterStoreRpc } from "../shared/storage/store-rpc.ts";

/** What of a request says which kind it is about. */
export interface KindRequest {
  readonly resource: ResourceKey;
  readonly definition?: DefinitionReference;
}

interface Known {
  readonly definition: CustomResourceDefinition;
  readonly revision: number;
  readonly byVersion: Map<string, ResourceKind | undefined>;
}

export class KindResolver {
  /** The newest definition of that name; undefined when there is none. */
  readonly #read: (name: ResourceKey) => Promise<CustomResourceDefinition | undefined>;
  readonly #known = new Map<ResourceKey, Known>();
  readonly #customKinds = new Map<string, CustomKind>();

  constructor(read: (name: ResourceKey) => Promise<CustomResourceDefinition | undefined>) {
    this.#read = read;
  }

  /** For owner references. */
  get customKinds(): ClusterInfo["customKinds"] {
    return this.#customKinds;
  }

  /** What there was when the store started; later ones it gets to know by the requests for their objects. */
  learn(kinds: ClusterInfo["customKinds"]): void {
    for (const [key, kind] of kinds) this.#customKinds.set(key, kind);
  }

  /** Undefined when nothing of that name is served. A Promise only when a definition must be read. */
  resolve(request: KindRequest): ResourceKind | undefined | Promise<ResourceKind | undefined> {
    const { resource, definition } = request;
    const registered = kindByResource(resource);
    if (registered !== undefined || definition === undefined) return registered;
    const known = this.#known.get(resource);
    if (known !== undefined && known.revision >= definition.revision) return versionOf(known, definition.version);
    return this.#read(resource).then((read) => {
      if (read === undefined) {
        this.#known.delete(resource);
        return undefined;
      }
      return versionOf(this.#take(resource, read), definition.version);
    });
  }

  #take(resource: ResourceKey, definition: CustomResourceDefinition): Known {
    const revision = Number(definition.metadata.resourceVersion);
    const before = this.#known.get(resource);
    // Answers may overtake each other.
    if (before !== undefined && before.revision >= revision) return before;
    const known = { definition, revision, byVersion: new Map<string, ResourceKind | undefined>() };
    this.#known.set(resource, known);
    this.learn(customKindsOf([definition]));
    return known;
  }
}

/** The definition of that name, as ClusterStore has it now. */
export async function readDefinition(
  cluster: Pick<ClusterStoreRpc, "get">,
  name: ResourceKey,
): Promise<CustomResourceDefinition | undefined> {
  const read = await cluster.get(CUSTOM_RESOURCE_DEFINITIONS, "", name);
  return read.ok ? (JSON.parse(read.value) as CustomResourceDefinition) : undefined;
}

function versionOf({ definition, byVersion }: Known, version: string): ResourceKind | undefined {
  if (!byVersion.has(version)) byVersion.set(version, kindOfDefinition(definition, version));
  return byVersion.get(version);
}

export const customKindsOf = (definitions: Iterable<CustomResourceDefinition>): Map<string, CustomKind> =>
  new Map(
    Array.from(definitions, ({ spec, metadata }) => [
      customKindKey(spec.group, spec.names.kind),
      { resource: metadata.name as ResourceKey, scope: spec.scope === "Namespaced" ? "Namespaced" : "Cluster" },
    ]),
  );

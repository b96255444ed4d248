/**
 * Defaults of Pods that depend on other fields. Those that do not are declared in the schema, and
 * `applyDefaults` has filled them in before any of these functions runs.
 */

import type { Toleration } from "../../../api/core-v1/scheduling.ts";

interface ContainerFields {
  readonly image?: string;
  readonly imagePullPolicy?: string;
  readonly ports?: readonly { readonly containerPort: number; readonly hostPort?: number }[];
  readonly resources?: { readonly limits?: Quantities; readonly requests?: Quantities };
}

type Quantities = Readonly<Record<string, string | number>>;

interface VolumeFields {
  readonly name: string;
  readonly emptyDir?: object;
  readonly image?: { readonly reference?: string; readonly pullPolicy?: string };
}

interface PodSpecFields {
  readonly containers?: readonly ContainerFields[];
  readonly initContainers?: readonly ContainerFields[];
  readonly ephemeralContainers?: readonly ContainerFields[];
  readonly volumes?: readonly VolumeFields[];
  readonly hostNetwork?: boolean;
  readonly serviceAccountName?: string;
  readonly serviceAccount?: string;
  readonly enableServiceLinks?: boolean;
  readonly tolerations?: readonly Toleration[];
}

/** The tag of an image reference: `latest` when it names neither tag nor digest, `""` when only a digest. */
export function imageTag(image: string): string {
  const [reference = "", digest] = image.split("@", 2);
  const name = reference.slice(reference.lastIndexOf("/") + 1);
  const colon = name.indexOf(":");
  if (colon !== -1) return name.slice(colon + 1);
  return digest === undefined && name !== "" ? "latest" : "";
}

export const defaultImagePullPolicy = (image: string): "Always" | "IfNotPresent" =>
  imageTag(image) === "latest" ? "Always" : "IfNotPresent";

/** For Pods and Pod templates alike: pull policies by tag, volumes without a source, the account's older name. */
export function defaultPodSpec<T extends PodSpecFields>(spec: T): T {
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  return {
    ...spec,
    ...eachContainer(spec, withPullPolicy),
    ...(spec.volumes === undefined ? {} : { volumes: spec.volumes.map(withSource) }),
    ...(account === undefined ? {} : { serviceAccountName: account, serviceAccount: account }),
  };
}

/**
 * For Pods only, after `defaultPodSpec`: requests that follow limits, host ports of host-network Pods, service links.
 * A template keeps what its author wrote, so that a later release's defaults do not look like a change of the template.
 */
export function defaultPodOnlySpec<T extends PodSpecFields>(spec: T): T & { readonly enableServiceLinks: boolean } {
  const withPorts = spec.hostNetwork === true ? withHostPorts : (container: ContainerFields) => container;
  return {
    ...spec,
    ...eachContainer({ ...spec, ephemeralContainers: undefined }, (container) => withPorts(withRequests(container))),
    enableServiceLinks: spec.enableServiceLinks ?? true,
  };
}

/** The admission plugin DefaultTolerationSeconds: a Pod puts up with a node that is not ready, or not reached, for so long. */
const TOLERATION_SECONDS = 300;
const TROUBLE = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] as const;

/** With tolerations of nodes in trouble, where the Pod has none of its own. */
export function withDefaultTolerations<T extends PodSpecFields>(spec: T): T {
  const given = spec.tolerations ?? [];
  const isGiven = (wanted: string): boolean =>
    given.some(
      ({ key = "", effect = "" }) => (key === "" || key === wanted) && (effect === "" || effect === NO_EXECUTE),
    );
  const added = TROUBLE.filter((key) => !isGiven(key)).map((key): Toleration => ({
    key,
    operator: "Exists",
    effect: NO_EXECUTE,
    tolerationSeconds: TOLERATION_SECONDS,
  }));
  return added.length === 0 ? spec : { ...spec, tolerations: [...given, ...added] };
}

const NO_EXECUTE = "NoExecute";

const CONTAINER_LISTS = ["containers", "initContainers", "ephemeralContainers"] as const;

function eachContainer(
  spec: { readonly [K in (typeof CONTAINER_LISTS)[number]]?: readonly ContainerFields[] | undefined },
  change: (container: ContainerFields) => ContainerFields,
): Partial<PodSpecFields> {
  return Object.fromEntries(
    CONTAINER_LISTS.flatMap((list) => {
      const containers = spec[list];
      return containers === undefined ? [] : [[list, containers.map(change)] as const];
    }),
  );
}

const withPullPolicy = (container: ContainerFields): ContainerFields =>
  container.imagePullPolicy === undefined
    ? { ...container, imagePullPolicy: defaultImagePullPolicy(container.image ?? "") }
    : container;

function withSource(volume: VolumeFields): VolumeFields {
  if (Object.keys(volume).every((key) => key === "name")) return { ...volume, emptyDir: {} };
  if (volume.image === undefined || volume.image.pullPolicy !== undefined) return volume;
  return { ...volume, image: { ...volume.image, pullPolicy: defaultImagePullPolicy(volume.image.reference ?? "") } };
}

function withRequests(container: ContainerFields): ContainerFields {
  const limits = container.resources?.limits;
  if (limits === undefined) return container;
  return {
    ...container,
    resources: { ...container.resources, requests: { ...limits, ...container.resources?.requests } },
  };
}

function withHostPorts(container: ContainerFields): ContainerFields {
  if (container.ports === undefined) return container;
  return {
    ...container,
    ports: container.ports.map((port) => ({ ...port, hostPort: port.hostPort ?? port.containerPort })),
  };
}

/** What `kubectl rollout status` makes of a workload, and whether it is so. */

export interface Workload {
  readonly kind: "Deployment" | "StatefulSet";
  readonly name: string;
}

interface WorkloadObject {
  readonly kind: string;
  readonly metadata: { readonly generation: number };
  readonly spec: { readonly replicas: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly readyReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

interface Listed {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
}

interface PodList {
  readonly items: readonly (Listed & {
    readonly spec: { readonly containers: readonly { readonly image: string }[] };
  })[];
}

interface SliceList {
  readonly items: readonly {
    readonly endpoints: readonly {
      readonly conditions: { readonly ready?: boolean };
      readonly targetRef?: { readonly name: string };
    }[];
  }[];
}

const NAMESPACE = "default";

/** The collection, when `name` is empty. */
export const pathOf = ({ kind, name }: Workload): string =>
  `/apis/apps/v1/namespaces/${NAMESPACE}/${kind.toLowerCase()}s${name === "" ? "" : `/${name}`}`;

/** The rules of kubectl's `DeploymentStatusViewer` and `StatefulSetStatusViewer` (pkg/polymorphichelpers/rollout_status.go). */
export function isRolledOut({ kind, metadata, spec, status }: WorkloadObject): boolean {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (metadata.generation > observedGeneration) return false;
  if (kind === "StatefulSet")
    return (status.readyReplicas ?? 0) >= spec.replicas && status.updateRevision === status.currentRevision;
  return updatedReplicas >= spec.replicas && replicas <= updatedReplicas && availableReplicas >= updatedReplicas;
}

/** What is not as it should be now that a rollout is said to be over; null: nothing. Nothing else is changed meanwhile. */
export async function lieOf(workload: Workload, get: (path: string) => Promise<never>): Promise<string | null> {
  const object: WorkloadObject & { readonly spec: { readonly template: PodList["items"][number] } } = await get(
    pathOf(workload),
  );
  const { replicas } = object.spec;
  const image = object.spec.template.spec.containers[0]?.image;
  const selector = `labelSelector=app%3D${workload.name}`;
  const pods: PodList = await get(`/api/v1/namespaces/${NAMESPACE}/pods?${selector}`);
  const slices: SliceList = await get(
    `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${workload.name}`,
  );
  const current = new Set(
    pods.items
      .filter(({ metadata, spec }) => metadata.deletionTimestamp === undefined && spec.containers[0]?.image === image)
      .map(({ metadata }) => metadata.name),
  );
  const ready = slices.items
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ conditions }) => conditions.ready === true)
    .map(({ targetRef }) => targetRef?.name ?? "");
  const old = ready.filter((name) => !current.has(name));
  const said = `${workload.kind} ${workload.name} is said to be rolled out`;
  const { updatedReplicas, availableReplicas, replicas: total } = object.status;
  const counts = [updatedReplicas, availableReplicas, total];
  if (counts.some((count) => count !== replicas)) return `${said}, and has ${counts.join(", ")} of ${replicas}`;
  if (old.length > 0) return `${said}, and ${old.join(", ")} are ready in its slices`;
  if (ready.length !== replicas) return `${said}, and its slices have ${ready.length} ready of ${replicas}`;
  return null;
}

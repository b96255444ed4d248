/** Objects as a client's `kubectl apply` leaves them in the store: defaulted, without what the server stamps. */
import type { Deployment, DeploymentSpec } from "../../../shared/api/apps-v1/deployment.ts";
import type { StatefulSet, StatefulSetSpec } from "../../../shared/api/apps-v1/stateful-set.ts";
import type { Container, Pod, PodSpec } from "../../../shared/api/core-v1/pod.ts";
import type { Service, ServicePort, ServiceSpec } from "../../../shared/api/core-v1/service.ts";
import { pods, type Draft } from "../../../shared/controllers/resources.ts";
import type { Write } from "../../../shared/storage/view.ts";

export const container = (changes: Partial<Container> = {}): Container => ({
  name: "web",
  image: "registry.example/web:1",
  ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
  ...changes,
});

export const podSpec = (changes: Partial<PodSpec> = {}): PodSpec => ({
  containers: [container()],
  restartPolicy: "Always",
  terminationGracePeriodSeconds: 30,
  schedulerName: "default-scheduler",
  dnsPolicy: "ClusterFirst",
  ...changes,
});

export const pod = (
  name: string,
  spec: Partial<PodSpec> = {},
  labels: Record<string, string> = { app: "web" },
): Draft<Pod> => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, labels },
  spec: podSpec(spec),
  status: { phase: "Pending" },
});

export const deployment = (
  name: string,
  spec: Partial<DeploymentSpec> = {},
  template: Partial<PodSpec> = {},
): Draft<Deployment> => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, labels: { app: name } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    template: { metadata: { labels: { app: name } }, spec: podSpec(template) },
    ...spec,
  },
  status: {},
});

export const statefulSet = (
  name: string,
  spec: Partial<StatefulSetSpec> = {},
  template: Partial<PodSpec> = {},
): Draft<StatefulSet> => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name, labels: { app: name } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    serviceName: name,
    podManagementPolicy: "OrderedReady",
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0, maxUnavailable: 1 } },
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    template: { metadata: { labels: { app: name } }, spec: podSpec(template) },
    ...spec,
  },
  status: { replicas: 0 },
});

/** A readiness gate that a test opens and shuts, so that it decides when a Pod is ready. */
export const HEALTH_GATE = "test/healthy";

/** The Pod with that gate open or shut; the kubelet sees the condition and decides. */
export const withHealth = (of: Pod, healthy: boolean): Pod => ({
  ...of,
  status: {
    ...of.status,
    conditions: [
      ...(of.status.conditions ?? []).filter((c) => c.type !== HEALTH_GATE),
      { type: HEALTH_GATE, status: healthy ? "True" : "False" },
    ],
  },
});

export const servicePort = (changes: Partial<ServicePort> = {}): ServicePort => ({
  protocol: "TCP",
  port: 80,
  targetPort: 8080,
  ...changes,
});

/** `selector: null` leaves it out. */
export const service = (
  name: string,
  {
    selector = { app: name },
    ...spec
  }: Omit<Partial<ServiceSpec>, "selector"> & { readonly selector?: ServiceSpec["selector"] | null } = {},
): Draft<Service> => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, labels: { app: name } },
  spec: {
    type: "ClusterIP",
    ...(selector === null ? {} : { selector }),
    ports: [servicePort()],
    clusterIP: "10.96.100.1",
    clusterIPs: ["10.96.100.1"],
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
    sessionAffinity: "None",
    internalTrafficPolicy: "Cluster",
    ...spec,
  },
  status: { loadBalancer: {} },
});

/** `kubectl delete pod --grace-period`. */
export const deletePod = (name: string, gracePeriodSeconds: number): Write => ({
  kind: "delete",
  resource: pods.key,
  name,
  gracePeriodSeconds,
});

export const deleteNow = (name: string): Write => deletePod(name, 0);

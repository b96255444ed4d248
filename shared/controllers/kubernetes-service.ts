/** Service `kubernetes` in namespace `default`, through which Pods reach the API server. */
import type { Service } from "../api/core-v1/service.ts";
import { SERVICE_NAME_LABEL } from "../api/discovery-v1/endpoint-slice.ts";
import type { Write } from "../storage/view.ts";
import type { ClusterInfo, Controller, ControllerContext } from "./controller.ts";
import { SKIP_MIRROR_LABEL } from "./endpoint-slice-mirroring.ts";
import { endpoints, endpointSlices, services, type Draft } from "./resources.ts";

const NAME = "kubernetes";
const NAMESPACE = "default";
const RESOURCES = [services.key, endpoints.key, endpointSlices.key];

export const kubernetesService: Controller = {
  name: "kubernetes-service",
  settlesAtOnce: true,
  watches: RESOURCES,
  keysFor: (change) => (change.name === NAME && RESOURCES.includes(change.resource) ? [NAME] : []),
  allKeys: () => [NAME],
  reconcile: (_, context) => ({
    writes: context.namespace === NAMESPACE ? desired(context) : [],
    requeueAt: null,
  }),
};

const familyOf = (address: string): "IPv4" | "IPv6" => (address.includes(":") ? "IPv6" : "IPv4");

function desired({ view, cluster }: ControllerContext): readonly Write[] {
  const service = services.get(view, NAME);
  const objects = [endpointsOf(cluster), sliceOf(cluster)];
  // The Service's address is immutable and its labels are anybody's: it is made, and then left alone.
  return service === undefined ? [services.put(serviceOf(cluster)), ...objects] : objects;
}

function serviceOf({ kubernetesServiceIP, apiServer }: ClusterInfo): Draft<Service> {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: NAME, labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      type: "ClusterIP",
      clusterIP: kubernetesServiceIP,
      clusterIPs: [kubernetesServiceIP],
      ipFamilies: [familyOf(kubernetesServiceIP)],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
      sessionAffinity: "None",
      ports: [{ name: "https", protocol: "TCP", port: 443, targetPort: apiServer.port }],
    },
    status: { loadBalancer: {} },
  };
}

function endpointsOf({ apiServer: { address, port } }: ClusterInfo): Write {
  return endpoints.put({
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name: NAME, labels: { [SKIP_MIRROR_LABEL]: "true" } },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: "https", port, protocol: "TCP" }] }],
  });
}

function sliceOf({ apiServer: { address, port } }: ClusterInfo): Write {
  return endpointSlices.put({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: NAME, labels: { [SERVICE_NAME_LABEL]: NAME } },
    addressType: familyOf(address),
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: "https", port, protocol: "TCP" }],
  });
}

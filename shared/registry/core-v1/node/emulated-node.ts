/** The Node objects of a cluster that has no machines: what a kubelet would report about itself. */
import { HOSTNAME_LABEL, ZONE_LABEL, type Node } from "../../../api/core-v1/node.ts";
import { KUBERNETES_VERSION } from "../../../apimachinery/version.ts";
import { toTime } from "../../../runtime/host.ts";

export interface EmulatedNode {
  readonly name: string;
  readonly address: string;
  readonly zone: string | null;
}

/** A Node that has not been stored yet. */
export type NewNode = Omit<Node, "metadata"> & { readonly metadata: Pick<Node["metadata"], "name" | "labels"> };

/** A ready Node of this name. `now`: ms since the epoch. */
export function emulatedNode({ name, address, zone }: EmulatedNode, now: number): NewNode {
  const capacity = { cpu: "8", memory: "32Gi", pods: "110" };
  const time = toTime(now);
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        [HOSTNAME_LABEL]: name,
        ...(zone === null ? {} : { [ZONE_LABEL]: zone }),
      },
    },
    spec: {},
    status: {
      addresses: [
        { type: "InternalIP", address },
        { type: "Hostname", address: name },
      ],
      capacity,
      allocatable: capacity,
      conditions: [
        {
          type: "Ready",
          status: "True",
          reason: "KubeletReady",
          message: "kubelet is posting ready status",
          lastHeartbeatTime: time,
          lastTransitionTime: time,
        },
      ],
      nodeInfo: {
        kubeletVersion: KUBERNETES_VERSION,
        osImage: "Wherry",
        kernelVersion: "none",
        containerRuntimeVersion: "wherry://0",
        operatingSystem: "linux",
        architecture: "amd64",
      },
    },
  };
}

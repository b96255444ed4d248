/** The Node objects of a cluster that has no machines: what a kubelet would report about itself. */
import { HOSTNAME_LABEL, REGION_LABEL, ZONE_LABEL, type Node, type NodeStatus } from "../../../api/core-v1/node.ts";
import type { Condition } from "../../../api/meta-v1/object.ts";
import { addToIP, formatIP } from "../../../apimachinery/ip.ts";
import { KUBERNETES_VERSION } from "../../../apimachinery/version.ts";
import { toTime } from "../../../runtime/host.ts";

export interface EmulatedNode {
  readonly name: string;
  readonly address: string;
  readonly zone: string | null;
}

/** A Node that has not been stored yet. */
export type NewNode = Omit<Node, "metadata"> & { readonly metadata: Pick<Node["metadata"], "name" | "labels"> };

/** The region of every node that is in a zone. */
const REGION = "local";
/** 127.0.0.1 is the first; the others are as reachable on their own machine. */
const FIRST_ADDRESS = { family: "IPv4", value: (127n << 24n) + 1n } as const;

/** `node-1` at 127.0.0.1, `node-2` at 127.0.0.2 and so on, in the zones by turns. */
export const emulatedNodes = (count: number, zones: readonly string[]): readonly EmulatedNode[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `node-${i + 1}`,
    address: nodeAddress(i),
    zone: zones[i % zones.length] ?? null,
  }));

/** The address of the node with this number, from nought. */
export function nodeAddress(number: number): string {
  const address = addToIP(FIRST_ADDRESS, number);
  return address === null ? "127.0.0.1" : formatIP(address);
}

/** A ready Node of this name. `now`: ms since the epoch. */
export const emulatedNode = ({ name, address, zone }: EmulatedNode, now: number): NewNode => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name,
    labels: {
      ...systemLabels(name),
      ...(zone === null ? {} : { [ZONE_LABEL]: zone, [REGION_LABEL]: REGION }),
    },
  },
  spec: {},
  status: emulatedStatus(name, address, now),
});

/** Labels that every kubelet gives its node. */
export const systemLabels = (name: string): Readonly<Record<string, string>> => ({
  "kubernetes.io/os": "linux",
  "kubernetes.io/arch": "amd64",
  [HOSTNAME_LABEL]: name,
});

/** What a kubelet says of itself that is well. */
export function emulatedStatus(name: string, address: string, now: number): NodeStatus {
  const capacity = {
    cpu: "8",
    "ephemeral-storage": "100Gi",
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
    memory: "32Gi",
    pods: "110",
  };
  return {
    addresses: [
      { type: "InternalIP", address },
      { type: "Hostname", address: name },
    ],
    capacity,
    allocatable: capacity,
    conditions: conditions(toTime(now)),
    nodeInfo: {
      // There is no machine; but these are required of what clients send back.
      machineID: "",
      systemUUID: "",
      bootID: "",
      kubeProxyVersion: "",
      kubeletVersion: KUBERNETES_VERSION,
      osImage: "Wherry",
      kernelVersion: "none",
      containerRuntimeVersion: "wherry://0",
      operatingSystem: "linux",
      architecture: "amd64",
    },
  };
}

function conditions(time: string): readonly Condition[] {
  const verdicts = [
    ["MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
    ["DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
    ["PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
    ["Ready", "True", "KubeletReady", "kubelet is posting ready status"],
  ] as const;
  return verdicts.map(([type, status, reason, message]) => ({
    type,
    status,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
    reason,
    message,
  }));
}

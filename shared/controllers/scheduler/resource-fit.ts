/**
 * Whether a node has room for a Pod: what its containers request, against what the node can give (kube-scheduler's NodeResourcesFit and
 * NodePorts). Only Pods of the same namespace count: a namespace's store sees no others.
 */
import type { Container, Pod, PodSpec } from "../../api/core-v1/pod.ts";
import { quantityInNanos } from "../../apimachinery/quantity.ts";
import type { ClusterNode } from "../controller.ts";
import type { Misfit } from "./node-fit.ts";
import type { Placed, PodFilter } from "./pod-fit.ts";

/** By resource, in units of 10⁻⁹. */
type Amounts = ReadonlyMap<string, bigint>;

/** Without them in its `allocatable` a node gives any amount; of other resources it has none (device plugins report theirs). */
const COMPUTE = new Set(["cpu", "memory", "ephemeral-storage"]);

const amountsOf = (quantities: Readonly<Record<string, string | number>> = {}): Amounts =>
  new Map(Object.entries(quantities).map(([name, quantity]) => [name, quantityInNanos(quantity) ?? 0n]));

function plus(a: Amounts, b: Amounts): Amounts {
  const sum = new Map(a);
  for (const [name, amount] of b) sum.set(name, (sum.get(name) ?? 0n) + amount);
  return sum;
}

function atLeast(a: Amounts, b: Amounts): Amounts {
  const most = new Map(a);
  for (const [name, amount] of b) if (amount > (most.get(name) ?? 0n)) most.set(name, amount);
  return most;
}

const requestsOf = ({ resources }: Container): Amounts => amountsOf(resources?.requests);
const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === "Always";

/** Specs never change: what was summed up for one holds. */
const known = new WeakMap<PodSpec, Amounts>();

/** What the Pod needs at its hungriest moment: all containers and sidecars, or an init container beside the sidecars before it. */
function podRequests(spec: PodSpec): Amounts {
  const found = known.get(spec);
  if (found !== undefined) return found;
  let sidecars: Amounts = new Map();
  let starting: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    if (isSidecar(container)) sidecars = plus(sidecars, requestsOf(container));
    starting = atLeast(starting, isSidecar(container) ? sidecars : plus(sidecars, requestsOf(container)));
  }
  const running = spec.containers.map(requestsOf).reduce(plus, sidecars);
  const requests = plus(atLeast(running, starting), amountsOf(spec.overhead));
  known.set(spec, requests);
  return requests;
}

/** True when it depends on the Pods of a node whether this one has room there: then all have to be looked at. */
export const needsRoom = ({ spec }: Pod, nodes: readonly ClusterNode[]): boolean =>
  nodes.some(({ allocatable }) => allocatable?.["pods"] !== undefined) ||
  podRequests(spec).size > 0 ||
  hostPortsOf(spec).length > 0;

/** Room for one more Pod, for its requests, and its ports of the host, in kube-scheduler's order. */
export function roomFilters(pod: Pod, placed: readonly Placed[]): readonly PodFilter[] {
  const byNode = Map.groupBy(placed, ({ node }) => node.name);
  return [
    (node) => portMisfit(pod, byNode.get(node.name) ?? []),
    (node) => resourceMisfit(pod, node, byNode.get(node.name) ?? []),
  ];
}

function resourceMisfit(pod: Pod, { allocatable }: ClusterNode, there: readonly Placed[]): Misfit | null {
  // Nobody has said what the node can give.
  if (allocatable === undefined) return null;
  const total = amountsOf(allocatable);
  const requests = podRequests(pod.spec);
  const used = new Map<string, bigint>();
  if (requests.size > 0) for (const other of there) add(used, podRequests(other.pod.spec));
  const isCrowded = BigInt(there.length + 1) * ONE > (total.get("pods") ?? UNLIMITED);
  const lacking = [...requests].filter(([name, asked]) => {
    const limit = total.get(name) ?? (COMPUTE.has(name) ? UNLIMITED : 0n);
    return asked > 0n && asked + (used.get(name) ?? 0n) > limit;
  });
  const reasons = [...(isCrowded ? ["Too many pods"] : []), ...lacking.map(([name]) => `Insufficient ${name}`)];
  if (reasons.length === 0) return null;
  // More than the node has in all: no Pod that went would help.
  const hopeless = lacking.some(([name, asked]) => asked > (total.get(name) ?? (COMPUTE.has(name) ? UNLIMITED : 0n)));
  return { reasons, hopeless };
}

const ONE = 10n ** 9n;
const UNLIMITED = 1n << 120n;

function add(into: Map<string, bigint>, amounts: Amounts): void {
  for (const [name, amount] of amounts) into.set(name, (into.get(name) ?? 0n) + amount);
}

interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const ANY_ADDRESS = "0.0.0.0";

const hostPortsOf = ({ containers, initContainers = [] }: PodSpec): readonly HostPort[] =>
  [...containers, ...initContainers.filter(isSidecar)].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostIP, hostPort, protocol = "TCP" }) =>
      hostPort === undefined || hostPort === 0 ? [] : [{ ip: hostIP || ANY_ADDRESS, protocol, port: hostPort }],
    ),
  );

const PORTS_TAKEN: Misfit = {
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  hopeless: false,
};

function portMisfit(pod: Pod, there: readonly Placed[]): Misfit | null {
  const wanted = hostPortsOf(pod.spec);
  if (wanted.length === 0) return null;
  const taken = there.flatMap((other) => hostPortsOf(other.pod.spec));
  return wanted.some((one) => taken.some((other) => collide(one, other))) ? PORTS_TAKEN : null;
}

const collide = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY_ADDRESS || b.ip === ANY_ADDRESS);

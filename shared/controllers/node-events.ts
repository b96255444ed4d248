/**
 * What is said in `default` of nodes: that they have come and are ready, are cordoned and opened again, are ready no more, are gone.
 * Whether it has been said follows from the Events that are there: nothing else is remembered.
 */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { ClusterNode, Controller, ControllerContext } from "./controller.ts";
import { eventName, recordEvent, type EventDraft } from "./events.ts";
import { events } from "./resources.ts";

/** Where Events about objects of the cluster's scope are. */
export const NODE_EVENTS_NAMESPACE = "default";
const KEY = "nodes";
const NODE_CONTROLLER = "node-controller";
/** A node that is older has been greeted; the Events of that may have expired. */
const NEW_MILLISECONDS = 300_000;

export const nodeEvents: Controller = {
  name: "node-events",
  settlesAtOnce: true,
  watches: [],
  keysFor: () => [],
  allKeys: () => [KEY],
  reconcile: (_, context) => {
    if (context.namespace !== NODE_EVENTS_NAMESPACE) return { writes: [], requeueAt: null };
    const drafts = [...context.cluster.nodes.flatMap((node) => newsOf(node, context)), ...farewells(context)];
    return { writes: drafts.map((draft) => recordEvent(draft, context)), requeueAt: null };
  },
};

function newsOf(node: ClusterNode, context: ControllerContext): readonly EventDraft[] {
  const { name, createdAt = 0, ready } = node;
  const isGreeted = saidAt(registered(name), context) > saidAt(removed(name), context);
  const isNew = !isGreeted && context.host.now() - createdAt < NEW_MILLISECONDS;
  const cordon = changeOf(
    node.unschedulable === true,
    status(name, "NodeNotSchedulable"),
    status(name, "NodeSchedulable"),
  );
  const trouble = changeOf(
    ready !== undefined && ready !== "True",
    status(name, "NodeNotReady", NODE_CONTROLLER),
    status(name, "NodeReady"),
  );
  return [...(isNew ? greetings(name, ready === "True") : []), ...cordon(context), ...(isNew ? [] : trouble(context))];
}

/** Says when a state begins and ends: whichever was said last is what people know. */
const changeOf =
  (isSo: boolean, begins: EventDraft, ends: EventDraft) =>
  (context: ControllerContext): readonly EventDraft[] => {
    const isSaidToBe = saidAt(begins, context) > saidAt(ends, context);
    return isSaidToBe === isSo ? [] : [isSaidToBe ? ends : begins];
  };

const saidAt = (draft: EventDraft, { view }: ControllerContext): number =>
  Number(events.get(view, eventName(draft))?.metadata.resourceVersion ?? 0);

/** A kubelet starts, and the node controller takes note of its node. */
const greetings = (name: string, isReady: boolean): readonly EventDraft[] => [
  kubelet(name, "Starting", "Starting kubelet."),
  status(name, "NodeHasSufficientMemory"),
  status(name, "NodeHasNoDiskPressure"),
  status(name, "NodeHasSufficientPID"),
  kubelet(name, "NodeAllocatableEnforced", "Updated Node Allocatable limit across pods"),
  registered(name),
  ...(isReady ? [status(name, "NodeReady")] : []),
];

const registered = (name: string): EventDraft => ({
  ...aboutNode(name, "RegisteredNode", `Node ${name} event: Registered Node ${name} in Controller`),
  component: NODE_CONTROLLER,
});

const removed = (name: string): EventDraft => ({
  ...aboutNode(name, "RemovingNode", `Node ${name} event: Removing Node ${name} from Controller`),
  component: NODE_CONTROLLER,
});

/** Nodes that were greeted and are there no more. */
function farewells(context: ControllerContext): readonly EventDraft[] {
  const there = new Set(context.cluster.nodes.map(({ name }) => name));
  const gone: string[] = [];
  for (const { reason, involvedObject } of events.list(context.view)) {
    const { kind, name = "" } = involvedObject;
    if (reason === "RegisteredNode" && kind === "Node" && !there.has(name)) gone.push(name);
  }
  const isSaid = (name: string): boolean => saidAt(removed(name), context) > saidAt(registered(name), context);
  return gone.filter((name) => !isSaid(name)).map(removed);
}

const status = (name: string, reason: string, component = "kubelet"): EventDraft => {
  const said = kubelet(name, reason, `Node ${name} status is now: ${reason}`);
  if (component === "kubelet") return said;
  const { host: _, ...draft } = said;
  return { ...draft, component };
};

const kubelet = (name: string, reason: string, message: string): EventDraft => ({
  ...aboutNode(name, reason, message),
  host: name,
});

/** A kubelet knows its node by name, and gives that as the uid, too. */
function aboutNode(name: string, reason: string, message: string): EventDraft {
  const about: KubeObject = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, uid: name, resourceVersion: "", creationTimestamp: "" },
  };
  return { about, type: "Normal", reason, message, component: "kubelet", isClusterScoped: true };
}

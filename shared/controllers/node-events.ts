/**
 * What a kubelet says in `default` when its node is cordoned and opened again. Whether it has been said follows from the Events that
 * are there: nothing else is remembered.
 */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { ClusterNode, Controller, ControllerContext } from "./controller.ts";
import { eventName, recordEvent, type EventDraft } from "./events.ts";
import { events } from "./resources.ts";

/** Where Events about objects of the cluster's scope are. */
const NAMESPACE = "default";
const KEY = "nodes";

export const nodeEvents: Controller = {
  name: "node-events",
  settlesAtOnce: true,
  watches: [],
  keysFor: () => [],
  allKeys: () => [KEY],
  reconcile: (_, context) => {
    if (context.namespace !== NAMESPACE) return { writes: [], requeueAt: null };
    const drafts = context.cluster.nodes.flatMap((node) => newsOf(node, context));
    return { writes: drafts.map((draft) => recordEvent(draft, context)), requeueAt: null };
  },
};

function newsOf(node: ClusterNode, { view }: ControllerContext): readonly EventDraft[] {
  const cordoned = aboutNode(node, "NodeNotSchedulable");
  const opened = aboutNode(node, "NodeSchedulable");
  const saidAt = (draft: EventDraft): number =>
    Number(events.get(view, eventName(draft))?.metadata.resourceVersion ?? 0);
  const isSaidToBeCordoned = saidAt(cordoned) > saidAt(opened);
  if (isSaidToBeCordoned === (node.unschedulable === true)) return [];
  return [isSaidToBeCordoned ? opened : cordoned];
}

/** A kubelet knows its node by name, and gives that as the uid, too. */
function aboutNode({ name }: ClusterNode, reason: string): EventDraft {
  const about: KubeObject = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, uid: name, resourceVersion: "", creationTimestamp: "" },
  };
  return {
    about,
    type: "Normal",
    reason,
    message: `Node ${name} status is now: ${reason}`,
    component: "kubelet",
    host: name,
    isClusterScoped: true,
  };
}

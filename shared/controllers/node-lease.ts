/**
 * The Leases of nodes, in `kube-node-lease`. A kubelet renews its own every ten seconds to show that it lives; an emulated node cannot die
 * apart from the cluster, so its Lease is written once, and lasts as long as a Lease can: no write is spent on saying what nobody doubts.
 * It goes with its node.
 */
import type { Lease } from "../api/coordination-v1/lease.ts";
import { toMicroTime } from "../runtime/host.ts";
import type { Controller } from "./controller.ts";
import { leases } from "./resources.ts";

export const NODE_LEASE_NAMESPACE = "kube-node-lease";
const KEY = "nodes";
const FOREVER_SECONDS = 2 ** 31 - 1;

/** Others may keep Leases there that are about no node. */
const isOurs = (spec: Lease["spec"]): boolean => spec?.leaseDurationSeconds === FOREVER_SECONDS;

export const nodeLease: Controller = {
  name: "node-lease",
  settlesAtOnce: true,
  watches: [leases.key],
  keysFor: (change) => (change.resource === leases.key && change.after === undefined ? [KEY] : []),
  allKeys: () => [KEY],
  reconcile: (_, { namespace, view, cluster, host }) => {
    if (namespace !== NODE_LEASE_NAMESPACE) return { writes: [], requeueAt: null };
    const missing = cluster.nodes.filter(({ name }) => leases.get(view, name) === undefined);
    const names = new Set(cluster.nodes.map(({ name }) => name));
    const left = [...leases.list(view)].filter(({ metadata, spec }) => isOurs(spec) && !names.has(metadata.name));
    const time = toMicroTime(host.now());
    const writes = missing.map(({ name }) =>
      leases.put({
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name },
        spec: { holderIdentity: name, leaseDurationSeconds: FOREVER_SECONDS, renewTime: time },
      }),
    );
    return { writes: [...writes, ...left.map(({ metadata }) => leases.remove(metadata.name))], requeueAt: null };
  },
};

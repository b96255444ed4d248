/** Every namespace has a ServiceAccount `default`, which Pods run as when they name none. */
import type { Controller } from "./controller.ts";
import { serviceAccounts } from "./resources.ts";

export const DEFAULT_SERVICE_ACCOUNT = "default";

export const serviceAccount: Controller = {
  name: "serviceaccount",
  settlesAtOnce: true,
  watches: [serviceAccounts.key],
  keysFor: (change) => {
    const removed = serviceAccounts.in(change)?.after === undefined && change.resource === serviceAccounts.key;
    return removed && change.name === DEFAULT_SERVICE_ACCOUNT ? [DEFAULT_SERVICE_ACCOUNT] : [];
  },
  allKeys: () => [DEFAULT_SERVICE_ACCOUNT],
  reconcile: (name, { view }) => {
    if (serviceAccounts.get(view, name) !== undefined) return { writes: [], requeueAt: null };
    const write = serviceAccounts.put({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name } });
    return { writes: [write], requeueAt: null };
  },
};

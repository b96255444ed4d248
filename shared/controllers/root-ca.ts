/** ConfigMap `kube-root-ca.crt` of every namespace, which Pods of a real cluster have mounted beside their token. */
import { deepEqual } from "../apimachinery/deep-equal.ts";
import type { Controller } from "./controller.ts";
import { configMaps, type Draft } from "./resources.ts";
import type { ConfigMap } from "../api/core-v1/config-map.ts";

const NAME = "kube-root-ca.crt";

/** There is no authority to trust: the API server speaks plain HTTP, or has the certificate of the deployment's host. */
const WANTED: Draft<ConfigMap> = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: NAME },
  data: { "ca.crt": "" },
};

export const rootCA: Controller = {
  name: "root-ca",
  settlesAtOnce: true,
  watches: [configMaps.key],
  keysFor: (change) => (change.resource === configMaps.key && change.name === NAME ? [NAME] : []),
  allKeys: () => [NAME],
  reconcile: (_, { view }) => {
    const current = configMaps.get(view, NAME);
    if (current !== undefined && deepEqual(current.data ?? {}, WANTED.data)) return { writes: [], requeueAt: null };
    const metadata = current === undefined ? WANTED.metadata : current.metadata;
    return { writes: [configMaps.put({ ...current, ...WANTED, metadata })], requeueAt: null };
  },
};

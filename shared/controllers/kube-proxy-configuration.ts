/** ConfigMap `kube-system/kube-proxy`: what of it is wrong, or has no effect here, is said in Events on it. */
import { checkKubeProxy, KUBE_PROXY_CONFIG_MAP } from "../proxy/kube-proxy-config.ts";
import type { Controller } from "./controller.ts";
import { recordEvent } from "./events.ts";
import { configMaps } from "./resources.ts";

const { namespace: NAMESPACE, name: NAME, key: KEY } = KUBE_PROXY_CONFIG_MAP;

export const kubeProxyConfiguration: Controller = {
  name: "kube-proxy-configuration",
  settlesAtOnce: true,
  keysFor: (change) => {
    const found = change.name === NAME ? configMaps.in(change) : null;
    return found?.after !== undefined && found.after.data?.[KEY] !== found.before?.data?.[KEY] ? [NAME] : [];
  },
  // What it says was said when it was written.
  allKeys: () => [],
  reconcile: (_name, context) => {
    const about = context.namespace === NAMESPACE ? configMaps.get(context.view, NAME) : undefined;
    if (about === undefined) return { writes: [], requeueAt: null };
    const writes = checkKubeProxy(about.data).map((message) =>
      recordEvent(
        { about, type: "Warning", reason: "KubeProxyConfigurationNotice", message, component: "kube-proxy" },
        context,
      ),
    );
    return { writes, requeueAt: null };
  },
};

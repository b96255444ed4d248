/**
 * ConfigMap `kube-system/coredns`: there from a cluster's beginning, and what is wrong with it is said in Events on it.
 * Whoever deletes it means that: it does not come back, and DNS goes by the default.
 */
import type { ConfigMap } from "../api/core-v1/config-map.ts";
import { checkCorefile } from "../dns/corefile/check.ts";
import { COREFILE_CONFIG_MAP, defaultCorefile } from "../dns/corefile/default-corefile.ts";
import type { Controller, ControllerContext, Reconciliation } from "./controller.ts";
import { recordEvent } from "./events.ts";
import { configMaps, serviceAccounts } from "./resources.ts";
import { DEFAULT_SERVICE_ACCOUNT } from "./service-account.ts";

const COMPONENT = "coredns";
const { namespace: NAMESPACE, name: NAME, key: KEY } = COREFILE_CONFIG_MAP;

export const dnsConfiguration: Controller = {
  name: "dns-configuration",
  settlesAtOnce: true,
  watches: [configMaps.key],
  keysFor: (change) => {
    const found = change.name === NAME ? configMaps.in(change) : null;
    const isNews = found?.after !== undefined && found.after.data?.[KEY] !== found.before?.data?.[KEY];
    return isNews ? [NAME] : [];
  },
  // A namespace gets its ServiceAccount when it starts for the first time, so one without it is new.
  allKeys: (view) => (serviceAccounts.get(view, DEFAULT_SERVICE_ACCOUNT) === undefined ? [NAME] : []),
  reconcile: (_name, context) => {
    if (context.namespace !== NAMESPACE) return NOTHING;
    const found = configMaps.get(context.view, NAME);
    return found === undefined ? create(context) : speakOf(found, context);
  },
};

const NOTHING: Reconciliation = { writes: [], requeueAt: null };

function create({ cluster }: ControllerContext): Reconciliation {
  const data = { [KEY]: defaultCorefile(cluster.clusterDomain) };
  const metadata = { name: NAME };
  return { writes: [configMaps.put({ apiVersion: "v1", kind: "ConfigMap", metadata, data })], requeueAt: null };
}

/** CoreDNS says the same in its log. */
function speakOf(about: ConfigMap, context: ControllerContext): Reconciliation {
  const text = about.data?.[KEY];
  if (text === undefined) return NOTHING;
  const checked = checkCorefile(text);
  const says = checked.ok ? checked.notices : [checked];
  const reason = checked.ok ? "CorefileNotice" : "CorefileReloadFailed";
  const before = checked.ok ? "" : "Corefile changed but reload failed: ";
  const writes = says.slice(0, MAX_EVENTS).map(({ line, message }) => {
    const place = message.includes("Corefile:") ? "" : ` (line ${line})`;
    const draft = {
      about,
      type: "Warning",
      reason,
      message: `${before}${message}${place}`,
      component: COMPONENT,
    } as const;
    return recordEvent(draft, context);
  });
  return { writes, requeueAt: null };
}

/** Of what has no effect; a Corefile may repeat itself without end. */
const MAX_EVENTS = 20;

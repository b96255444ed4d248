/** Ingresses: where they are reached (`status.loadBalancer`), and Events that say what is wrong with them. Routing is made of the same translation. */
import type { ConfigMap } from "../api/core-v1/config-map.ts";
import type { Ingress, IngressLoadBalancerIngress } from "../api/networking-v1/ingress.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";
import { parseIP } from "../apimachinery/ip.ts";
import { certificateProblems } from "../gateway/certificates.ts";
import type { Problem } from "../gateway/problem.ts";
import { referencesOf, translateIngress } from "../gateway/translate/ingress.ts";
import type { Change, View, Write } from "../storage/view.ts";
import type { Controller, ControllerContext } from "./controller.ts";
import { configMaps, ingresses, names, secrets } from "./resources.ts";
import { sayOnce } from "./slice-events.ts";

const COMPONENT = "ingress-controller";

export const ingressController: Controller = {
  name: "ingress",
  settlesAtOnce: true,
  allKeys: (view) => names(ingresses, view),
  watches: [ingresses.key, secrets.key, configMaps.key],
  keysFor: (change, view) => {
    if (change.resource === ingresses.key) return [change.name];
    if (change.resource === secrets.key || change.resource === configMaps.key) return referringTo(change, view);
    return [];
  },
  reconcile: (name, context) => {
    const ingress = ingresses.get(context.view, name);
    return { writes: ingress === undefined ? [] : reconcile(ingress, context), requeueAt: null };
  },
};

function* referringTo(change: Change, view: View): Generator<string, void> {
  for (const ingress of ingresses.list(view)) {
    const references = referencesOf(ingress);
    const named = change.resource === secrets.key ? references.secrets : references.configMaps;
    if (named.has(change.name)) yield ingress.metadata.name;
  }
}

function reconcile(ingress: Ingress, context: ControllerContext): readonly Write[] {
  const { view, cluster } = context;
  const { claim, problems } = translateIngress(ingress, {
    controllerOf: (name) => cluster.ingressClasses.get(name),
    secret: (name) => secrets.get(view, name),
    configMap: (name): ConfigMap | undefined => configMaps.get(view, name),
  });
  const isOurs = claim.kind === "ours";
  const certificates = isOurs ? certificateProblems(ingress, (name) => secrets.get(view, name)) : [];
  return [
    ...statusWrites(ingress, isOurs, addressOf(cluster.ingressAddress)),
    ...[...problems, ...certificates].flatMap((problem) => say(ingress, problem, context)),
  ];
}

const say = (about: Ingress, { reason, message }: Problem, context: ControllerContext): readonly Write[] =>
  sayOnce(
    { about, type: reason === "PartialAnnotation" ? "Normal" : "Warning", reason, message, component: COMPONENT },
    context,
  );

const addressOf = (address: string): IngressLoadBalancerIngress =>
  parseIP(address) === null ? { hostname: address } : { ip: address };

/** One that has become another controller's keeps what that one wrote, and loses what was ours. */
function statusWrites(ingress: Ingress, isOurs: boolean, address: IngressLoadBalancerIngress): readonly Write[] {
  const current = ingress.status?.loadBalancer?.ingress ?? [];
  const isTold = deepEqual(current, [address]);
  if (isOurs === isTold) return [];
  return [ingresses.put({ ...ingress, status: { loadBalancer: isOurs ? { ingress: [address] } : {} } })];
}

/** What the EndpointSlice controller has to say: Events on Services and Pods. */
import type { Pod } from "../api/core-v1/pod.ts";
import type { Service, ServicePort } from "../api/core-v1/service.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Write } from "../storage/view.ts";
import type { ControllerContext } from "./controller.ts";
import { hasEvent, recordEvent, type EventDraft } from "./events.ts";

const COMPONENT = "endpoint-slice-controller";

/** Says it unless it has been said within the hour: controllers look at the same mistake again and again. */
export const sayOnce = (draft: EventDraft, context: ControllerContext): readonly Write[] =>
  hasEvent(draft, context) ? [] : [recordEvent(draft, context)];

/**
 * A named `targetPort` that a Pod does not declare. kube-controller-manager drops the port for that Pod and says nothing
 * unless it is very verbose, which is what people search longest for; so here it is an Event on both.
 */
export function missingPortEvents(
  service: Service,
  missing: readonly { readonly port: ServicePort; readonly pods: readonly Pod[] }[],
  context: ControllerContext,
): readonly Write[] {
  return missing.flatMap(({ port, pods }) => {
    const target = `targetPort ${JSON.stringify(port.targetPort)} (${port.protocol})`;
    const warn = (about: KubeObject, message: string): readonly Write[] =>
      sayOnce({ about, type: "Warning", reason: "TargetPortNotFound", message, component: COMPONENT }, context);
    return [
      ...warn(
        service,
        `Port ${port.port}: ${target} is declared by no container of some selected Pods; they get no traffic on it`,
      ),
      ...pods.flatMap((pod) =>
        warn(pod, `Service ${service.metadata.name} sends port ${port.port} to ${target}, which no container declares`),
      ),
    ];
  });
}

/** Hints by topology were taken up or given up, in Kubernetes' words. */
export const topologyEvent = (service: Service, enabled: boolean, why: string, addressType: string): EventDraft => ({
  about: service,
  type: enabled ? "Normal" : "Warning",
  reason: enabled ? "TopologyAwareHintsEnabled" : "TopologyAwareHintsDisabled",
  message: `${why}, addressType: ${addressType}`,
  component: COMPONENT,
});

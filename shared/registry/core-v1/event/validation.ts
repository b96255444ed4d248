import type { Event } from "../../../api/core-v1/event.ts";
import { invalid, type FieldError } from "../../../apimachinery/field-error.ts";

/** Namespaces where Events about cluster-scoped objects stand. */
const FOR_CLUSTER_SCOPED = new Set(["default", "kube-system"]);

/** An Event stands beside what it is about. */
export function validateEvent({ metadata, involvedObject }: Event): readonly FieldError[] {
  const { namespace: about = "" } = involvedObject;
  const namespace = metadata.namespace ?? "";
  const fits = about === "" ? FOR_CLUSTER_SCOPED.has(namespace) : about === namespace;
  return fits ? [] : [invalid("involvedObject.namespace", about, "does not match event.namespace")];
}

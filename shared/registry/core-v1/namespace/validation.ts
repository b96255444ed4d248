import type { Namespace } from "../../../api/core-v1/namespace.ts";
import { invalid, type FieldError } from "../../../apimachinery/field-error.ts";
import { validateFinalizerName } from "../../../apimachinery/object-meta-validation.ts";

export const validateNamespace = (namespace: Namespace): readonly FieldError[] => [
  ...(namespace.spec.finalizers ?? []).flatMap((name) => validateFinalizerName(name, "spec.finalizers")),
  ...validatePhase(namespace),
];

/** kube writes the field's name with a capital here. */
function validatePhase({ metadata, status }: Namespace): readonly FieldError[] {
  const deleting = metadata.deletionTimestamp !== undefined;
  if (deleting && status.phase !== "Terminating") {
    const why = "may only be 'Terminating' if `deletionTimestamp` is not empty";
    return [invalid("status.Phase", status.phase, why)];
  }
  if (!deleting && status.phase !== "Active") {
    return [invalid("status.Phase", status.phase, "may only be 'Active' if `deletionTimestamp` is empty")];
  }
  return [];
}

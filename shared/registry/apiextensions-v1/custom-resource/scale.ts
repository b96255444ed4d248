import type { CustomResourceSubresourceScale } from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import type { KubeObject } from "../../../api/meta-v1/object.ts";
import type { JsonObject } from "../../../apimachinery/json.ts";
import type { ScaleBinding } from "../../resource-kind.ts";
import { fieldSteps, valueAt, withValueAt } from "./field-path.ts";

const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;

/** `/scale` through the paths of the definition; a path that leads nowhere is 0, or no selector. */
export function customScale(scale: CustomResourceSubresourceScale): ScaleBinding {
  const read = (object: KubeObject, path: string | undefined) =>
    valueAt(asJson(object), fieldSteps(path ?? "") ?? [""]);
  const number = (object: KubeObject, path: string): number => {
    const value = read(object, path);
    return typeof value === "number" ? value : 0;
  };
  return {
    get: (object) => {
      const selector = read(object, scale.labelSelectorPath);
      return {
        replicas: number(object, scale.specReplicasPath),
        statusReplicas: number(object, scale.statusReplicasPath),
        selector: typeof selector === "string" ? selector : "",
      };
    },
    set: (object, replicas) => {
      const steps = fieldSteps(scale.specReplicasPath) ?? [];
      return withValueAt(asJson(object), steps, replicas) as unknown as KubeObject;
    },
  };
}

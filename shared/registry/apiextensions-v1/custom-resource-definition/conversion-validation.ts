import type { CustomResourceConversion } from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import { forbidden, notSupported, required, type FieldError } from "../../../apimachinery/field-error.ts";

/** `strategy: Webhook` is refused: nothing here calls webhooks, and objects in a version that was never converted would be wrong. */
export function validateConversion(conversion: CustomResourceConversion, path: string): readonly FieldError[] {
  const { strategy = "", webhook } = conversion as Partial<CustomResourceConversion>;
  const field = `${path}.strategy`;
  switch (strategy) {
    case "":
      return [required(field)];
    case "None":
      return webhook === undefined
        ? []
        : [forbidden(`${path}.webhook`, "should not be set when strategy is not set to Webhook")];
    case "Webhook":
      return [forbidden(field, "conversion webhooks are not supported; only None is")];
    default:
      return [notSupported(field, strategy, ["None", "Webhook"])];
  }
}

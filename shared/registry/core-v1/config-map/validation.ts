import type { ConfigMap } from "../../../api/core-v1/config-map.ts";
import { decodedLength } from "../../../apimachinery/base64.ts";
import { invalid, type FieldError } from "../../../apimachinery/field-error.ts";
import { byteLength } from "../../../apimachinery/validation.ts";
import { validateDataKeys, validateDataSize, validateImmutability } from "../data-validation.ts";

export function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap): readonly FieldError[] {
  const size =
    Object.values(data).reduce((sum, value) => sum + byteLength(value), 0) +
    Object.values(binaryData).reduce((sum, value) => sum + decodedLength(value), 0);
  return [
    ...validateDataKeys(data, "data"),
    ...Object.keys(data).flatMap((key) =>
      Object.hasOwn(binaryData, key) ? [invalid(`data[${key}]`, key, "duplicate of key present in binaryData")] : [],
    ),
    ...validateDataKeys(binaryData, "binaryData"),
    ...validateDataSize(size),
  ];
}

export const validateConfigMapUpdate = (configMap: ConfigMap, old: ConfigMap): readonly FieldError[] =>
  validateImmutability({ ...configMap }, { ...old }, ["data", "binaryData"]);

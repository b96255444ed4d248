import type { Secret } from "../../../api/core-v1/secret.ts";
import { toBase64 } from "../../../apimachinery/base64.ts";
import { omit } from "../../../apimachinery/omit.ts";
import { strategy } from "../../strategy.ts";
import { validateSecret, validateSecretUpdate } from "./validation.ts";

/** `stringData` is for writing only: its entries become `data`, over entries of the same name. */
function withoutStringData(secret: Secret): Secret {
  const { stringData } = secret;
  const typed = { ...omit(secret, "stringData"), type: secret.type || "Opaque" };
  if (stringData === undefined) return typed;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, toBase64(value)] as const);
  return { ...typed, data: { ...secret.data, ...Object.fromEntries(encoded) } };
}

export const secretStrategy = strategy<Secret>({
  prepareForCreate: withoutStringData,
  prepareForUpdate: withoutStringData,
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
});

import type { Secret } from "../../../api/core-v1/secret.ts";
import { decodedLength } from "../../../apimachinery/base64.ts";
import { invalid, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { validateImmutable } from "../../../apimachinery/object-meta-validation.ts";
import { validateDataKeys, validateDataSize, validateImmutability } from "../data-validation.ts";

const SERVICE_ACCOUNT = "kubernetes.io/service-account.name";

export function validateSecret(secret: Secret): readonly FieldError[] {
  const { data = {} } = secret;
  const size = Object.values(data).reduce((sum, value) => sum + decodedLength(value), 0);
  return [...validateDataKeys(data, "data"), ...validateDataSize(size), ...validateByType(secret)];
}

/** What the well-known types promise to whoever reads them. */
function validateByType(secret: Secret): readonly FieldError[] {
  switch (secret.type) {
    case "kubernetes.io/service-account-token": {
      const account = secret.metadata.annotations?.[SERVICE_ACCOUNT] ?? "";
      return account === "" ? [required(`metadata.annotations[${SERVICE_ACCOUNT}]`)] : [];
    }
    case "kubernetes.io/dockercfg":
      return validateJson(secret, ".dockercfg");
    case "kubernetes.io/dockerconfigjson":
      return validateJson(secret, ".dockerconfigjson");
    case "kubernetes.io/basic-auth":
      return has(secret, "username") || has(secret, "password")
        ? []
        : [required("data[username]"), required("data[password]")];
    case "kubernetes.io/ssh-auth":
      return decodedLength(valueOf(secret, "ssh-privatekey")) === 0 ? [required("data[ssh-privatekey]")] : [];
    case "kubernetes.io/tls":
      return ["tls.crt", "tls.key"].flatMap((key) => (has(secret, key) ? [] : [required(`data[${key}]`)]));
    default:
      return [];
  }
}

const has = ({ data = {} }: Secret, key: string): boolean => Object.hasOwn(data, key);
const valueOf = (secret: Secret, key: string): string => (has(secret, key) ? (secret.data?.[key] ?? "") : "");

function validateJson(secret: Secret, key: string): readonly FieldError[] {
  const field = `data[${key}]`;
  if (!has(secret, key)) return [required(field)];
  return isJsonObject(valueOf(secret, key))
    ? []
    : [invalid(field, "<secret contents redacted>", "invalid JSON object")];
}

function isJsonObject(base64: string): boolean {
  try {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export const validateSecretUpdate = (secret: Secret, old: Secret): readonly FieldError[] => [
  ...validateImmutable(secret.type, old.type, "type"),
  ...validateImmutability({ ...secret }, { ...old }, ["data"]),
];

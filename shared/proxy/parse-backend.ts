import { MAX_BACKEND_URL_LENGTH, parseBackendUrl } from "../apimachinery/backend-url.ts";
import type { Backend } from "./table.ts";

/** On a Service it stands for every endpoint; on a Pod, for that Pod. */
export const BACKEND_ANNOTATION = "wherry.internal/backend";

/** `message` says in the user's terms what is wrong with the value. */
export type ParsedBackend =
  | { readonly ok: true; readonly backend: Backend & { readonly kind: "url" | "binding" } }
  | { readonly ok: false; readonly message: string };

const BINDING = "binding:";
const BINDING_NAME = /^[A-Za-z_$][A-Za-z0-9_$]{0,127}$/;

const no = (message: string): ParsedBackend => ({ ok: false, message });

/**
 * The value of a `wherry.internal/backend` annotation or of an image rule: `http(s)://host[:port][/base]` or
 * `binding:NAME`. URLs come back normalised and without a trailing slash, so that a request's path can be appended.
 */
export function parseBackend(value: string): ParsedBackend {
  const text = value.trim();
  if (text === "") return no("must not be empty");
  if (text.length > MAX_BACKEND_URL_LENGTH) return no(`must be no more than ${MAX_BACKEND_URL_LENGTH} characters`);
  return text.startsWith(BINDING) ? parseBinding(text.slice(BINDING.length)) : parseUrl(text);
}

function parseBinding(name: string): ParsedBackend {
  return BINDING_NAME.test(name)
    ? { ok: true, backend: { kind: "binding", name } }
    : no("binding: must be followed by the name of a service binding, e.g. binding:CHECKOUT");
}

function parseUrl(text: string): ParsedBackend {
  if (!URL.canParse(text)) return no("must be a URL such as https://host/base, or binding:NAME");
  const parsed = parseBackendUrl(text);
  return parsed.ok ? { ok: true, backend: { kind: "url", url: parsed.url } } : parsed;
}

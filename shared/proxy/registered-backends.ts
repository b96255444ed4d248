/** What the slices of registered endpoints say in their annotation, because an EndpointSlice has no fields for it. */
import type { EndpointSlice } from "../api/discovery-v1/endpoint-slice.ts";
import { parseBackendUrl } from "../apimachinery/backend-url.ts";
import { REGISTRATIONS_ANNOTATION } from "../registry/registration/registration.ts";
import type { Backend } from "./table.ts";

export interface RegisteredBackend {
  readonly backend: Backend;
  readonly weight: number;
}

const NONE: ReadonlyMap<string, RegisteredBackend> = new Map();

/**
 * By the name of the endpoint's `targetRef`. Anybody may write annotations: what is no such entry counts as none, and the
 * endpoint's address and port are called.
 */
export function registeredBackends({ metadata }: EndpointSlice): ReadonlyMap<string, RegisteredBackend> {
  const text = metadata.annotations?.[REGISTRATIONS_ANNOTATION];
  const entries = text === undefined ? null : parse(text);
  if (typeof entries !== "object" || entries === null) return NONE;
  const found = new Map<string, RegisteredBackend>();
  for (const [id, entry] of Object.entries(entries)) {
    const registered = toBackend(entry);
    if (registered !== null) found.set(id, registered);
  }
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function toBackend(entry: unknown): RegisteredBackend | null {
  const { url, weight } = (entry ?? {}) as { readonly url?: unknown; readonly weight?: unknown };
  const parsed = typeof url === "string" ? parseBackendUrl(url) : null;
  if (parsed?.ok !== true) return null;
  const isWeight = typeof weight === "number" && Number.isFinite(weight) && weight >= 1;
  return { backend: { kind: "url", url: parsed.url }, weight: isWeight ? weight : 1 };
}

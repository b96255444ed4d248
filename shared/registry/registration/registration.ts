/**
 * Registrations: backends that say themselves where they are, and say it again before their time is up. What is here is
 * the form of the request and its rules; `controllers/registration.ts` makes EndpointSlices of those that hold.
 */
import type { Result } from "../../api/meta-v1/status.ts";
import { parseBackendUrl } from "../../apimachinery/backend-url.ts";
import { invalid, notSupportedAsListed, required, type FieldError } from "../../apimachinery/field-error.ts";
import { badRequest, invalidObject, refuse } from "../../apimachinery/status.ts";
import { complain, isDNS1123Subdomain, isLabelValue } from "../../apimachinery/validation.ts";

/** Who keeps the slices of registered endpoints (label `endpointslice.kubernetes.io/managed-by`). */
export const REGISTRATION_CONTROLLER = "registration-controller.wherry.internal";
/** On those slices: what an EndpointSlice has no field for, `{"<id>": {"url": …, "weight": …}}`. */
export const REGISTRATIONS_ANNOTATION = "wherry.internal/registrations";
/** The `targetRef` kind of a registered endpoint; its name is the id. */
export const REGISTRATION_KIND = "Registration";

/** What the errors call it. */
export const REGISTRATION = {
  group: "registry.wherry.internal",
  kind: REGISTRATION_KIND,
  resource: "registrations",
} as const;

export interface Registration {
  readonly id: string;
  /** Without a trailing slash. */
  readonly url: string;
  /** Its share of the requests, relative to the others'. */
  readonly weight: number;
  readonly zone: string | null;
  readonly ttlSeconds: number;
}

/** A registration that was granted: it holds until `expiresAt` (ms since the Unix epoch). */
export interface Lease extends Registration {
  readonly expiresAt: number;
}

/** Leases by the Service they are for, as controllers see them; those that have run out may still be among them. */
export interface Leases {
  readonly of: (service: string) => readonly Lease[];
}

/** As the registry API shows it. */
export interface LeaseBody {
  readonly id: string;
  readonly url: string;
  readonly weight: number;
  readonly zone?: string;
  readonly ttlSeconds: number;
  /** RFC 3339, in UTC. */
  readonly expiresAt: string;
}

export const toLeaseBody = ({ id, url, weight, zone, ttlSeconds, expiresAt }: Lease): LeaseBody => ({
  id,
  url,
  weight,
  ...(zone === null ? {} : { zone }),
  ttlSeconds,
  expiresAt: new Date(expiresAt).toISOString(),
});

export const DEFAULT_TTL_SECONDS = 30;
const MAX_TTL_SECONDS = 86_400;
const MAX_WEIGHT = 65_535;

const FIELDS = ["url", "weight", "zone", "ttlSeconds"] as const;
type Fields = { readonly [field in (typeof FIELDS)[number]]?: unknown };

/** The body of a PUT; a refusal names every field that is wrong. `body` is any JSON value. */
export function decodeRegistration(id: string, body: unknown): Result<Registration> {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return refuse(badRequest('the body must be a JSON object such as {"url": "https://host/base", "ttlSeconds": 30}'));
  }
  const { url, weight = 1, zone, ttlSeconds = DEFAULT_TTL_SECONDS } = body as Fields;
  const at = checkUrl(url);
  const errors = [
    ...Object.keys(body).flatMap(checkKnown),
    ...complain("id", id, isDNS1123Subdomain(id)),
    ...at.errors,
    ...checkInteger("weight", weight, MAX_WEIGHT),
    ...checkZone(zone ?? null),
    ...checkInteger("ttlSeconds", ttlSeconds, MAX_TTL_SECONDS),
  ];
  if (errors.length > 0) return refuse(invalidObject(REGISTRATION, id, errors));
  const value = { id, url: at.url, weight: Number(weight), zone: (zone ?? null) as string | null };
  return { ok: true, value: { ...value, ttlSeconds: Number(ttlSeconds) } };
}

const checkKnown = (field: string): readonly FieldError[] =>
  FIELDS.some((known) => known === field) ? [] : [notSupportedAsListed("field name", field, FIELDS)];

function checkUrl(url: unknown): { readonly url: string; readonly errors: readonly FieldError[] } {
  if (url === undefined || url === "") return { url: "", errors: [required("url", "where requests shall go")] };
  if (typeof url !== "string") return { url: "", errors: [invalid("url", url, "must be a string")] };
  const parsed = parseBackendUrl(url);
  if (parsed.ok) return { url: parsed.url, errors: [] };
  return { url: "", errors: [invalid("url", url.slice(0, 200), parsed.message)] };
}

const checkInteger = (field: string, value: unknown, max: number): readonly FieldError[] =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= max
    ? []
    : [invalid(field, value, `must be an integer between 1 and ${max}, inclusive`)];

function checkZone(zone: unknown): readonly FieldError[] {
  if (zone === null) return [];
  if (typeof zone !== "string" || zone === "") return [invalid("zone", zone, "must be a string that is not empty")];
  return complain("zone", zone, isLabelValue(zone));
}

/** True when both ask for the same endpoint, however long they hold. */
export const isSameEndpoint = (a: Registration, b: Registration): boolean =>
  a.url === b.url && a.weight === b.weight && a.zone === b.zone;

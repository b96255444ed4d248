/**
 * The query parameters and option bodies of requests, decoded and checked as Kubernetes does (`metav1.ListOptions`,
 * `CreateOptions`, `UpdateOptions`, `PatchOptions`, `DeleteOptions`), into what stores take.
 */
import type { Result } from "../api/meta-v1/status.ts";
import { forbidden, invalid, notSupported, required, tooLong, type FieldError } from "../apimachinery/field-error.ts";
import { queryFlag } from "../apimachinery/request-info.ts";
import { badRequest, invalidObject, refuse } from "../apimachinery/status.ts";
import { byteLength } from "../apimachinery/validation.ts";
import type { DeleteOptions, PatchType, Selectors, WriteOptions } from "./mutation.ts";

/** The parameters of list, watch and deletecollection. */
export interface ListOptions extends Selectors {
  /** 0 = the client set none. */
  readonly limit: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  readonly sendInitialEvents?: boolean;
  readonly allowWatchBookmarks: boolean;
  /** 0 = the client set none. */
  readonly timeoutSeconds: number;
}

const META_GROUP = "meta.k8s.io";
const SEND_INITIAL_EVENTS_IN_LIST = forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");

/** Decodes `metav1.ListOptions`; 400 for a value of the wrong type. How versions and pages go together is the store's to check. */
export function listOptions(query: URLSearchParams, watch: boolean): Result<ListOptions> {
  const limit = integer(query, "limit");
  if (!limit.ok) return limit;
  const timeout = integer(query, "timeoutSeconds");
  if (!timeout.ok) return timeout;
  const options: ListOptions = {
    ...text(query, "labelSelector"),
    ...text(query, "fieldSelector"),
    ...text(query, "continue"),
    ...text(query, "resourceVersion"),
    ...text(query, "resourceVersionMatch"),
    ...(query.has("sendInitialEvents") ? { sendInitialEvents: queryFlag(query, "sendInitialEvents") } : {}),
    limit: Math.max(0, limit.value ?? 0),
    allowWatchBookmarks: queryFlag(query, "allowWatchBookmarks"),
    timeoutSeconds: Math.max(0, timeout.value ?? 0),
  };
  const misplaced = !watch && options.sendInitialEvents !== undefined;
  return checked("ListOptions", misplaced ? [SEND_INITIAL_EVENTS_IN_LIST] : [], options);
}

/**
 * Decodes and checks the options of a create, update or patch. Without `fieldManager`, the first word of
 * the `User-Agent` is the manager, as kube-apiserver has it; server-side apply must name one.
 */
export function writeOptions(
  query: URLSearchParams,
  userAgent: string | null,
  operation: "create" | "update" | PatchType,
): Result<WriteOptions> {
  const fieldManager = query.get("fieldManager") ?? "";
  const fieldValidation = query.get("fieldValidation") ?? "";
  const apply = operation === "apply";
  const problems: FieldError[] = [];
  if (query.has("force") && !apply && operation !== "create" && operation !== "update") {
    problems.push(forbidden("force", "may not be specified for non-apply patch"));
  }
  if (apply && fieldManager === "") problems.push(required("fieldManager", "is required for apply patch"));
  problems.push(...fieldManagerProblems(fieldManager), ...dryRunProblems(query.getAll("dryRun")));
  const validation = FIELD_VALIDATIONS.get(fieldValidation);
  if (validation === undefined) {
    problems.push(notSupported("fieldValidation", fieldValidation, [...FIELD_VALIDATIONS.keys()]));
  }
  return checked(OPTION_KINDS[operation], problems, {
    dryRun: query.has("dryRun"),
    fieldManager: fieldManager === "" ? managerOf(userAgent) : fieldManager,
    fieldValidation: validation ?? "Warn",
    force: apply && queryFlag(query, "force"),
  });
}

const OPTION_KINDS = {
  create: "CreateOptions",
  update: "UpdateOptions",
  json: "PatchOptions",
  merge: "PatchOptions",
  strategic: "PatchOptions",
  apply: "PatchOptions",
} as const;

/** Absent means `Warn` since Kubernetes 1.27. */
const FIELD_VALIDATIONS: ReadonlyMap<string, WriteOptions["fieldValidation"]> = new Map([
  ["", "Warn"],
  ["Ignore", "Ignore"],
  ["Strict", "Strict"],
  ["Warn", "Warn"],
]);

const MAX_FIELD_MANAGER_BYTES = 128;
// Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space.
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function fieldManagerProblems(manager: string): readonly FieldError[] {
  if (byteLength(manager) > MAX_FIELD_MANAGER_BYTES) {
    return [tooLong("fieldManager", MAX_FIELD_MANAGER_BYTES)];
  }
  return Array.from(manager).flatMap((char, position) =>
    PRINTABLE.test(char)
      ? []
      : [invalid("fieldManager", manager, `invalid character ${codePoint(char)} (at position ${position})`)],
  );
}

const codePoint = (char: string): string =>
  `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** `kubectl/v1.35.2 (linux/amd64)` → `kubectl`. */
function managerOf(userAgent: string | null): string {
  const word = (userAgent ?? "").split("/", 1)[0] ?? "";
  const printable = Array.from(word)
    .filter((char) => PRINTABLE.test(char))
    .slice(0, MAX_FIELD_MANAGER_BYTES);
  return printable.length === 0 ? "unknown" : printable.join("");
}

const dryRunProblems = (values: readonly string[]): readonly FieldError[] =>
  values.every((value) => value === "All") ? [] : [notSupported("dryRun", values, ["All"])];

/**
 * Decodes and checks `metav1.DeleteOptions`: from the body when there is one, otherwise from the query, as kube-apiserver
 * does. `body` is a JSON value, `undefined` when nothing was sent.
 */
export function deleteOptions(query: URLSearchParams, body: unknown): Result<DeleteOptions> {
  const given = body === undefined ? fromQuery(query) : fromBody(body);
  if (!given.ok) return given;
  const { dryRun, orphanDependents, propagationPolicy, gracePeriodSeconds, preconditions } = given.value;
  const problems: FieldError[] = [];
  if (orphanDependents !== undefined && propagationPolicy !== undefined) {
    const why = "orphanDependents and deletionPropagation cannot be both set";
    problems.push(invalid("propagationPolicy", propagationPolicy, why));
  }
  const policy = PROPAGATION_POLICIES.find((known) => known === propagationPolicy);
  if (propagationPolicy !== undefined && policy === undefined) {
    problems.push(notSupported("propagationPolicy", propagationPolicy, [...PROPAGATION_POLICIES, "nil"]));
  }
  problems.push(...dryRunProblems(dryRun));
  const propagation =
    policy ?? (orphanDependents === undefined ? undefined : orphanDependents ? "Orphan" : "Background");
  return checked("DeleteOptions", problems, {
    dryRun: dryRun.length > 0,
    // A negative grace period means the shortest one (since Kubernetes 1.24).
    ...(gracePeriodSeconds === undefined
      ? {}
      : { gracePeriodSeconds: gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds }),
    ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
    ...(preconditions === undefined ? {} : { preconditions }),
  });
}

const PROPAGATION_POLICIES = ["Foreground", "Background", "Orphan"] as const;

interface GivenDeleteOptions {
  readonly dryRun: readonly string[];
  readonly orphanDependents?: boolean;
  readonly propagationPolicy?: string;
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

function fromQuery(query: URLSearchParams): Result<GivenDeleteOptions> {
  const grace = integer(query, "gracePeriodSeconds");
  if (!grace.ok) return grace;
  return {
    ok: true,
    value: {
      dryRun: query.getAll("dryRun"),
      ...text(query, "propagationPolicy"),
      ...(query.has("orphanDependents") ? { orphanDependents: queryFlag(query, "orphanDependents") } : {}),
      ...(grace.value === undefined ? {} : { gracePeriodSeconds: grace.value }),
    },
  };
}

function fromBody(body: unknown): Result<GivenDeleteOptions> {
  if (!isRecord(body)) return refuse(mistyped(goTypeOf(body), "value", "v1.DeleteOptions"));
  const fields = new Map(Object.entries(body).filter(([, value]) => value !== null));
  const kind = fields.get("kind") ?? "DeleteOptions";
  if (kind !== "DeleteOptions") return refuse(badRequest("decoded object cannot be converted to DeleteOptions"));
  const preconditions = fields.get("preconditions");
  const parts = isRecord(preconditions)
    ? new Map(Object.entries(preconditions).filter(([, value]) => value !== null))
    : undefined;
  const wrong =
    wrongField(fields, "dryRun", "[]string", (v) => Array.isArray(v) && v.every((item) => typeof item === "string")) ??
    wrongField(fields, "orphanDependents", "bool", (v) => typeof v === "boolean") ??
    wrongField(fields, "propagationPolicy", "v1.DeletionPropagation", (v) => typeof v === "string") ??
    wrongField(fields, "gracePeriodSeconds", "int64", Number.isSafeInteger) ??
    wrongField(fields, "preconditions", "v1.Preconditions", isRecord) ??
    (parts === undefined ? undefined : wrongField(parts, "uid", "types.UID", (v) => typeof v === "string")) ??
    (parts === undefined ? undefined : wrongField(parts, "resourceVersion", "string", (v) => typeof v === "string"));
  if (wrong !== undefined) return wrong;
  return {
    ok: true,
    value: {
      dryRun: [],
      ...Object.fromEntries(fields),
      ...(parts === undefined ? {} : { preconditions: Object.fromEntries(parts) }),
    },
  };
}

function wrongField(
  fields: ReadonlyMap<string, unknown>,
  name: string,
  type: string,
  fits: (value: unknown) => boolean,
): Result<never> | undefined {
  const value = fields.get(name);
  if (value === undefined || fits(value)) return undefined;
  return refuse(mistyped(goTypeOf(value), `struct field DeleteOptions.${name}`, type));
}

const mistyped = (found: string, where: string, type: string) =>
  badRequest(
    `DeleteOptions in version "v1" cannot be handled as a DeleteOptions: json: cannot unmarshal ${found} into Go ${where} of type ${type}`,
  );

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What Go's decoder calls a JSON value. */
export function goTypeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function integer(query: URLSearchParams, name: string): Result<number | undefined> {
  const value = query.get(name);
  if (value === null) return { ok: true, value: undefined };
  const number = Number(value);
  if (/^[-+]?\d+$/.test(value) && Number.isSafeInteger(number)) return { ok: true, value: number };
  return refuse(badRequest(`query parameter ${name}: invalid value ${JSON.stringify(value)}: must be an integer`));
}

/** The parameter under its own name; an empty one is as good as none. */
function text<Name extends string>(query: URLSearchParams, name: Name): { readonly [K in Name]?: string } {
  const value = query.get(name) ?? "";
  return (value === "" ? {} : { [name]: value }) as { readonly [K in Name]?: string };
}

const checked = <T>(kind: string, problems: readonly FieldError[], value: T): Result<T> =>
  problems.length === 0 ? { ok: true, value } : refuse(invalidObject({ group: META_GROUP, kind }, "", problems));

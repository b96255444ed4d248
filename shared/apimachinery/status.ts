/** Every refusal's code, reason and message, each spelled in one place (apimachinery `pkg/api/errors`). */
import type { Result, Status, StatusCause, StatusDetails } from "../api/meta-v1/status.ts";
import { invalid, toCause, type FieldError } from "./field-error.ts";

/** What an error message calls a resource: `services`, `deployments.apps`. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

export const qualified = ({ group, resource }: GroupResource): string =>
  group === "" ? resource : `${resource}.${group}`;

const failure = (code: number, reason: string, message: string, details?: StatusDetails): Status => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  message,
  reason,
  ...(details === undefined ? {} : { details }),
  code,
});

/** `details` of a 404 or 409: Kubernetes puts the plural resource under `kind`. */
const of = ({ group, resource }: GroupResource, name: string): StatusDetails => ({
  name,
  ...(group === "" ? {} : { group }),
  kind: resource,
});

export const refuse = (status: Status): Result<never> => ({ ok: false, status });

export const notFound = (r: GroupResource, name: string): Status =>
  failure(404, "NotFound", `${qualified(r)} ${JSON.stringify(name)} not found`, of(r, name));

/** The path names nothing we serve: what a real API server says of an unknown resource type. */
export const unknownPath = (): Status =>
  failure(404, "NotFound", "the server could not find the requested resource", {});

export const alreadyExists = (r: GroupResource, name: string): Status =>
  failure(409, "AlreadyExists", `${qualified(r)} ${JSON.stringify(name)} already exists`, of(r, name));

export const conflict = (
  r: GroupResource,
  name: string,
  why = "the object has been modified; please apply your changes to the latest version and try again",
): Status =>
  failure(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(r)} ${JSON.stringify(name)}: ${why}`,
    of(r, name),
  );

/** One field that a server-side apply would change although another manager owns it. */
export interface FieldConflict {
  /** As `printManager` words it. */
  readonly manager: string;
  /** `.spec.ports[port=80,protocol="TCP"].name` */
  readonly field: string;
}

/** `conflicts` are sorted by manager. */
export function applyConflict(conflicts: readonly FieldConflict[]): Status {
  const causes = conflicts.map(({ manager, field }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${manager}`,
    field,
  }));
  const [first] = causes;
  if (causes.length === 1 && first !== undefined) {
    return failure(409, "Conflict", `Apply failed with 1 conflict: ${first.message}: ${first.field}`, { causes });
  }
  const fieldsOf = Map.groupBy(conflicts, ({ manager }) => manager);
  const lines = [...fieldsOf].flatMap(([manager, fields]) => [
    `conflicts with ${manager}:`,
    ...fields.map(({ field }) => `- ${field}`),
  ]);
  return failure(409, "Conflict", `Apply failed with ${causes.length} conflicts: ${lines.join("\n")}`, { causes });
}

export const invalidObject = (
  kind: { group: string; kind: string },
  name: string,
  errors: readonly FieldError[],
): Status => {
  const lines = errors.map((e) => `${e.field}: ${e.message}`);
  const text = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  return failure(
    422,
    "Invalid",
    `${kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`} ${JSON.stringify(name)} is invalid: ${text}`,
    {
      ...(name === "" ? {} : { name }),
      ...(kind.group === "" ? {} : { group: kind.group }),
      ...(kind.kind === "" ? {} : { kind: kind.kind }),
      causes: errors.map(toCause),
    },
  );
};

/**
 * A patch that is well-formed but cannot be applied. The message is the real server's, which gives no reason;
 * the reason stands in the cause.
 */
export const unappliablePatch = (why: string): Status =>
  failure(422, "Invalid", "the server rejected our request due to an error in our request", {
    causes: [{ reason: "UnexpectedServerResponse", field: "patch", message: why }],
  });

const MAX_SHOWN_PATCH = 4096;

/** A patch that cannot be read as what it patches. The kind is not named, as kube-apiserver does not name it. */
export function invalidPatch(shown: string, why: string): Status {
  const value = shown.length > MAX_SHOWN_PATCH ? `${shown.slice(0, MAX_SHOWN_PATCH)}...` : shown;
  return invalidObject({ group: "", kind: "" }, "", [invalid("patch", value, why)]);
}

export const badRequest = (message: string): Status => failure(400, "BadRequest", message);

export const unauthorized = (message = "Unauthorized"): Status => failure(401, "Unauthorized", message);

export const forbiddenRequest = (
  r: GroupResource,
  name: string,
  why: string,
  causes?: readonly StatusCause[],
): Status =>
  failure(403, "Forbidden", `${qualified(r)} ${JSON.stringify(name)} is forbidden: ${why}`, {
    ...of(r, name),
    ...(causes === undefined ? {} : { causes }),
  });

const POLICY_CODES: ReadonlyMap<string, number> = new Map([
  ["Forbidden", 403],
  ["Unauthorized", 401],
  ["RequestEntityTooLarge", 413],
]);

/** A ValidatingAdmissionPolicy refuses the request, for the reason that its validation gives. */
export const deniedByPolicy = (r: GroupResource, name: string, why: string, reason: string): Status => ({
  ...forbiddenRequest(r, name, why, [{ message: why }]),
  reason,
  code: POLICY_CODES.get(reason) ?? 422,
});

export const methodNotAllowed = (): Status =>
  failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});

/** Nothing new of a custom resource whose definition is being deleted. */
export const definitionTerminating = ({ group, resource }: GroupResource, verb: string): Status =>
  failure(405, "MethodNotAllowed", `${verb} not allowed while custom resource definition is terminating`, {
    group,
    kind: resource,
  });

export const notAcceptable = (accepted: readonly string[]): Status =>
  failure(406, "NotAcceptable", `only the following media types are accepted: ${accepted.join(", ")}`);

/** A continue token or a watch position older than the history that is kept. */
export const expired = (message: string): Status => failure(410, "Expired", message);

export const entityTooLarge = (message: string): Status => failure(413, "RequestEntityTooLarge", message);

export const unsupportedMediaType = (accepted: readonly string[]): Status =>
  failure(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
  );

export const internalError = (message: string): Status =>
  failure(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });

export const serviceUnavailable = (message: string): Status =>
  failure(503, "ServiceUnavailable", message, { retryAfterSeconds: 1 });

/** A `resourceVersion` that this cluster has not reached yet. */
export const tooLargeResourceVersion = (asked: number, current: number): Status =>
  failure(504, "Timeout", `Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });

/** The answer to a request that has nothing else to say. */
export const succeeded = (code: 200 | 201): Status => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Success",
  code,
});

/** The answer to a delete that removed the object at once. */
export const deleted = (r: GroupResource, name: string, uid: string): Status => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Success",
  details: { ...of(r, name), uid },
});

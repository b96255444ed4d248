/** The rules of `resourceVersion`, `resourceVersionMatch`, `continue` and `sendInitialEvents` (apimachinery `ValidateListOptions`). */
import type { Result } from "../api/meta-v1/status.ts";
import { forbidden, notSupported, type FieldError } from "../apimachinery/field-error.ts";
import { badRequest, expired, invalidObject, refuse } from "../apimachinery/status.ts";
import type { ListQuery, WatchQuery } from "./mutation.ts";
import type { Position } from "./version-store.ts";

/** At which revision to read: as it is now, now but not before a revision, or exactly at one. */
export type ReadAt =
  | { readonly kind: "latest" }
  | { readonly kind: "not-older-than"; readonly revision: number }
  | { readonly kind: "exact"; readonly revision: number; readonly after: Position | null };

const LIST_OPTIONS = { group: "meta.k8s.io", kind: "ListOptions" };

const refuseOptions = (errors: readonly FieldError[]): Result<never> => refuse(invalidObject(LIST_OPTIONS, "", errors));

/** A `resourceVersion` of a query as a number; `""` and absent give null. */
export function parseRevision(text: string | undefined): Result<number | null> {
  if (text === undefined || text === "") return { ok: true, value: null };
  if (!/^\d{1,15}$/.test(text)) {
    return refuse(
      badRequest(`resourceVersion: Invalid value: ${JSON.stringify(text.slice(0, 64))}: must be a decimal number`),
    );
  }
  return { ok: true, value: Number(text) };
}

/** Where a list reads, from its query. */
export function readAt(query: ListQuery): Result<ReadAt> {
  const errors = matchErrors(query);
  if (errors.length > 0) return refuseOptions(errors);
  const revision = parseRevision(query.resourceVersion);
  if (!revision.ok) return revision;
  if (query.continue !== undefined) {
    if (revision.value !== null && revision.value !== 0) {
      return refuse(badRequest("specifying resource version is not allowed when using continue"));
    }
    return parseContinue(query.continue);
  }
  if (revision.value === null || revision.value === 0) return { ok: true, value: { kind: "latest" } };
  // Without a match, a first page at a revision means exactly it (the behaviour from before resourceVersionMatch).
  const exact = query.resourceVersionMatch === "Exact" || (query.resourceVersionMatch === undefined && query.limit > 0);
  return exact
    ? { ok: true, value: { kind: "exact", revision: revision.value, after: null } }
    : { ok: true, value: { kind: "not-older-than", revision: revision.value } };
}

function matchErrors({ resourceVersion = "", resourceVersionMatch: match, continue: token }: ListQuery): FieldError[] {
  const field = "resourceVersionMatch";
  if (match === undefined) return [];
  const errors: FieldError[] = [];
  if (token !== undefined) errors.push(forbidden(field, "resourceVersionMatch is forbidden when continue is provided"));
  if (resourceVersion === "") {
    errors.push(forbidden(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
  }
  if (match !== "Exact" && match !== "NotOlderThan") errors.push(notSupported(field, match, ["Exact", "NotOlderThan"]));
  if (match === "Exact" && resourceVersion === "0") {
    errors.push(forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  return errors;
}

/** The problems of a watch's options. */
export function checkWatchOptions(query: WatchQuery): Result<null> {
  const { sendInitialEvents, resourceVersionMatch: match } = query;
  const errors: FieldError[] = [];
  if (match !== undefined && sendInitialEvents === undefined) {
    errors.push(
      forbidden(
        "resourceVersionMatch",
        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
      ),
    );
  }
  if (match !== undefined && match !== "NotOlderThan") {
    errors.push(notSupported("resourceVersionMatch", match, ["NotOlderThan"]));
  }
  if (sendInitialEvents !== undefined && match === undefined) {
    errors.push(
      forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"),
    );
  }
  return errors.length === 0 ? { ok: true, value: null } : refuseOptions(errors);
}

/** The opaque `continue` of a list: the revision that its pages are read at, and the last object given. */
export const formatContinue = (revision: number, after: Position): string =>
  btoa(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: `${after.namespace}/${after.name}` }))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function parseContinue(token: string): Result<ReadAt> {
  const wrong = refuse(badRequest("continue key is not valid"));
  if (token.length > 2048) return wrong;
  let value: { rv?: unknown; start?: unknown };
  try {
    value = JSON.parse(atob(token.replace(/-/g, "+").replace(/_/g, "/"))) as typeof value;
  } catch {
    return wrong;
  }
  if (value === null || typeof value !== "object") return wrong;
  const { rv, start } = value;
  if (typeof rv !== "number" || !Number.isSafeInteger(rv) || rv < 0 || typeof start !== "string") return wrong;
  const slash = start.indexOf("/");
  if (slash < 0) return wrong;
  const after = { namespace: start.slice(0, slash), name: start.slice(slash + 1) };
  return { ok: true, value: { kind: "exact", revision: rv, after } };
}

/** The 410 of a page whose revision is no longer kept. */
export const continueExpired = (): Result<never> =>
  refuse(
    expired(
      "The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.",
    ),
  );

/** The 410 of a watch or list at a revision that is no longer kept. */
export const tooOld = (asked: number, horizon: number) => expired(`too old resource version: ${asked} (${horizon})`);

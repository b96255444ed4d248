/** Keeps `metadata.managedFields` true through the writes of clients. Controllers' own writes are not tracked. */
import type { KubeObject, ManagedFieldsEntry } from "../api/meta-v1/object.ts";
import type { Result } from "../api/meta-v1/status.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";
import { isDeeperThan, isJsonObject, jsonTypeName, MAX_DEPTH, own, type JsonObject } from "../apimachinery/json.ts";
import { joinProblems, problemsOfApplied } from "../apimachinery/managed-fields/check-applied.ts";
import { EMPTY_SET, printPath, setOf, union, type FieldSet } from "../apimachinery/managed-fields/field-set.ts";
import { conflictsBesideLastApplied, KUBECTL, withLastApplied } from "../apimachinery/managed-fields/last-applied.ts";
import {
  decodeManagers,
  encodeManagers,
  printManager,
  type Managers,
  type Writer,
} from "../apimachinery/managed-fields/managers.ts";
import { fieldElement } from "../apimachinery/managed-fields/path-element.ts";
import { applyConfiguration, trackUpdate, type Conflict } from "../apimachinery/managed-fields/track.ts";
import { applyConflict, badRequest, conflict, refuse } from "../apimachinery/status.ts";
import { apiVersionOf, type ResourceKind } from "../registry/resource-kind.ts";
import { toTime, type Host } from "../runtime/host.ts";
import type { Mutation, Subresource, WriteOptions } from "./mutation.ts";

type Apply = Extract<Mutation, { verb: "patch" }>;
export type Entries = readonly ManagedFieldsEntry[];

const NO_MANAGERS: Managers = new Map();

interface Write {
  readonly subresource: Subresource;
  readonly options: WriteOptions;
}

/** The entries of a new object: all of it is its creator's. */
export function entriesOfNew(kind: ResourceKind, created: KubeObject, options: WriteOptions, host: Host): Entries {
  const writer = updaterOf(kind, { subresource: "", options }, host);
  const tracked = { shape: kind.schema, managers: NO_MANAGERS, writer, ignored: ignoredBy(kind, "") };
  return encodeManagers(trackUpdate(tracked, emptyObject(kind), asJson(created)));
}

/**
 * An object as Go's zero value has it: the parts of a root object are there, and so are nobody's by their creation. Of a custom
 * resource that is the metadata alone.
 */
function emptyObject(kind: ResourceKind): JsonObject {
  const known = EMPTY_OBJECTS.get(kind);
  if (known !== undefined) return known;
  const fields = kind.schema.fields();
  const parts = (kind.custom === undefined ? ["metadata", "spec", "status"] : ["metadata"]).filter((name) =>
    Object.hasOwn(fields, name),
  );
  const empty = Object.fromEntries(parts.map((name) => [name, {}]));
  EMPTY_OBJECTS.set(kind, empty);
  return empty;
}

const EMPTY_OBJECTS = new WeakMap<ResourceKind, JsonObject>();

/**
 * The entries after a write that is no apply. `asked` is the object as the client sent it: a client may change
 * the entries themselves, `[]` and `[{}]` clear them. An object without entries gets none by an update, as in Kubernetes.
 */
export function entriesOfUpdate(
  kind: ResourceKind,
  write: Write,
  asked: unknown,
  old: KubeObject,
  updated: KubeObject,
  host: Host,
): Entries {
  const had = old.metadata.managedFields ?? [];
  const entries = write.subresource === "" ? chosenEntries(asked, had) : had;
  const managers = decodeManagers(entries, entries === had) ?? NO_MANAGERS;
  if (managers.size === 0) return [];
  const writer = updaterOf(kind, write, host);
  const ignored = ignoredBy(kind, write.subresource);
  const tracked = { shape: kind.schema, managers: ofGroup(kind, managers), writer, ignored };
  return encodeManagers(trackUpdate(tracked, asJson(old), asJson(updated)));
}

/** The client's entries where it sent readable ones; one that does not know of entries does not delete them. */
function chosenEntries(asked: unknown, had: Entries): Entries {
  const metadata = isJsonObject(asked) ? (own(asked, "metadata") ?? null) : null;
  const entries = isJsonObject(metadata) ? (own(metadata, "managedFields") ?? null) : null;
  if (!Array.isArray(entries) || entries === had) return had;
  if (isReset(entries)) return [];
  if (!entries.every((entry) => isJsonObject(entry)) || isDeeperThan(entries, MAX_DEPTH)) return had;
  return decodeManagers(entries, false) === null ? had : entries;
}

const isReset = (entries: readonly unknown[]): boolean =>
  entries.length === 0 || (entries.length === 1 && deepEqual(entries[0], {}));

/** What a server-side apply asks for: an object to decode, and its entries. */
export interface AppliedObject {
  readonly object: unknown;
  readonly entries: Entries;
}

/**
 * Applies a configuration to an object, or makes one of it. 400 for a configuration that is none of this kind, 409 for fields
 * of other managers.
 */
export function applyServerSide(
  kind: ResourceKind,
  mutation: Apply,
  old: KubeObject | undefined,
  host: Host,
): Result<AppliedObject> {
  const checked = checkedConfiguration(kind, mutation, old);
  if (!checked.ok) return checked;
  const config = checked.value;
  const live = old === undefined ? {} : asJson(withoutEntries(old));
  const managers = decodeManagers(old?.metadata.managedFields ?? [], true) ?? NO_MANAGERS;
  const shape = kind.schema;
  const { options } = mutation;
  let left: readonly Conflict[] = [];
  const applied = applyConfiguration({
    shape,
    live,
    config,
    managers: managers.size > 0 ? ofGroup(kind, managers) : beforeFirstApply(kind, mutation, live, host),
    writer: { ...updaterOf(kind, mutation, host), operation: "Apply" },
    ignored: ignoredBy(kind, mutation.subresource),
    takesOver: (conflicts) => {
      if (options.force) return true;
      left = isKubectl(mutation) ? conflictsBesideLastApplied(shape, apiVersionOf(kind), live, conflicts) : conflicts;
      return left.length === 0;
    },
  });
  if (!applied.ok) return refuse(applyConflict(left.map(toFieldConflict)));
  const object = isKubectl(mutation) ? withLastApplied(applied.object, config) : applied.object;
  return { ok: true, value: { object, entries: encodeManagers(applied.managers) } };
}

function withoutEntries(object: KubeObject): KubeObject {
  const { managedFields: _entries, ...metadata } = object.metadata;
  return { ...object, metadata };
}

const isKubectl = ({ options }: Write): boolean => options.fieldManager === KUBECTL;

const toFieldConflict = ({ manager, path }: Conflict): { manager: string; field: string } => ({
  manager: printManager(manager),
  field: printPath(path),
});

/** What nobody was recorded to own is `before-first-apply`'s: an apply must not take it silently. */
function beforeFirstApply(kind: ResourceKind, write: Write, live: JsonObject, host: Host): Managers {
  if (Object.keys(live).length === 0) return NO_MANAGERS;
  const writer = { ...updaterOf(kind, write, host), manager: "before-first-apply" };
  const tracked = { shape: kind.schema, managers: NO_MANAGERS, writer, ignored: ignoredBy(kind, write.subresource) };
  return trackUpdate(tracked, emptyObject(kind), live);
}

/** The configuration of an apply, if it is one of this kind. */
export function checkedConfiguration(
  kind: Pick<ResourceKind, "group" | "version" | "kind" | "plural" | "schema">,
  mutation: Apply,
  old: KubeObject | undefined,
): Result<JsonObject> {
  const { patch, namespace, name } = mutation;
  if (!isJsonObject(patch))
    return refuse(
      badRequest(
        `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonTypeName(patch)} into Go value of type map[string]interface {}`,
      ),
    );
  if (isDeeperThan(patch, MAX_DEPTH)) return refuse(badRequest("error decoding YAML: exceeded max depth"));
  const type = typeOf(patch);
  if (type !== typeOf({ apiVersion: apiVersionOf(kind), kind: kind.kind })) {
    return refuse(badRequest(`invalid object type: ${type}`));
  }
  const metadata = own(patch, "metadata") ?? null;
  if (isJsonObject(metadata) && (own(metadata, "managedFields") ?? null) !== null) {
    return refuse(badRequest("metadata.managedFields must be nil"));
  }
  const problems = problemsOfApplied(kind.schema, patch);
  if (problems.length > 0) {
    const where = `${namespace === "" ? "" : `${namespace}/`}${name}; ${apiVersionOf(kind)}, Kind=${kind.kind}`;
    return refuse(badRequest(`failed to create typed patch object (${where}): ${joinProblems(problems)}`));
  }
  const uid = isJsonObject(metadata) ? own(metadata, "uid") : undefined;
  if (old === undefined && typeof uid === "string" && uid !== "") {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    return refuse(conflict({ group: kind.group, resource: kind.plural }, name, why));
  }
  return { ok: true, value: patch };
}

/** As Go prints a GroupVersionKind: `/v1, Kind=Service`. */
function typeOf(object: JsonObject): string {
  const text = (key: string): string => {
    const value = own(object, key);
    return typeof value === "string" ? value.slice(0, 253) : "";
  };
  const apiVersion = text("apiVersion");
  return `${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${text("kind")}`;
}

const updaterOf = (kind: ResourceKind, { subresource, options }: Write, host: Host): Writer => ({
  manager: options.fieldManager,
  operation: "Update",
  apiVersion: apiVersionOf(kind),
  subresource,
  time: toTime(host.now()),
});

const METADATA = fieldElement("metadata");
const STATUS = setOf([fieldElement("status")]);

/**
 * What a write cannot change (a strategy's `GetResetFields`): `status`, or in a write to `/status` everything but
 * labels, annotations and `status`.
 */
function ignoredBy(kind: ResourceKind, subresource: Subresource): FieldSet {
  if (subresource !== "status") return kind.hasStatus ? STATUS : EMPTY_SET;
  const others = Object.keys(kind.schema.fields()).filter((name) => name !== "metadata" && name !== "status");
  return union(
    setOf(...others.map((name) => [fieldElement(name)])),
    setOf([METADATA, fieldElement("ownerReferences")], [METADATA, fieldElement("finalizers")]),
  );
}

/** Versions of one group have the same fields; entries of another group mean nothing here (somebody wrote them by hand). */
const ofGroup = (kind: ResourceKind, managers: Managers): Managers =>
  new Map([...managers].filter(([, { apiVersion }]) => groupOf(apiVersion) === kind.group));

const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? (apiVersion.split("/", 1)[0] ?? "") : "");

/** The entries with their old times, where nothing but times differs: such a write is no change. */
export function settleTimes(object: KubeObject, old: KubeObject): KubeObject {
  const [entries = [], had = []] = [object.metadata.managedFields, old.metadata.managedFields];
  if (entries.length === 0 || entries === had || entries.length !== had.length) return object;
  if (!entries.every((entry, i) => sameButForTime(entry, had[i] ?? {}))) return object;
  const settled = { ...object, metadata: { ...object.metadata, managedFields: had } };
  return deepEqual(settled, old) ? settled : object;
}

const sameButForTime = (a: ManagedFieldsEntry, b: ManagedFieldsEntry): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.apiVersion === b.apiVersion &&
  a.subresource === b.subresource &&
  deepEqual(a.fieldsV1, b.fieldsV1);

const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;

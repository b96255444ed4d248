/** `metadata.managedFields`: who manages which fields of an object, in the form that writes work with. */
import type { ManagedFieldsEntry } from "../../api/meta-v1/object.ts";
import { union, type FieldSet } from "./field-set.ts";
import { decodeFieldsV1, encodeFieldsV1 } from "./fields-v1.ts";

/** Who wrote. Whoever applies is the same manager in every version of the API; whoever updates is one for each. */
export interface ManagerIdentity {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
}

export interface Manager extends ManagerIdentity {
  readonly fields: FieldSet;
  /** When its fields last changed, RFC 3339; null where nobody said. */
  readonly time: string | null;
  /** The entry that it was read from: still good while the fields are the same. */
  readonly stored?: { readonly fields: FieldSet; readonly fieldsV1: unknown };
}

/** By `managerKey`. None has an empty set. */
export type Managers = ReadonlyMap<string, Manager>;

/** The identity as one string, spelled as Kubernetes does: by it conflicts are sorted. */
export const managerKey = ({ manager, operation, apiVersion, subresource }: ManagerIdentity): string =>
  JSON.stringify({
    ...(manager === "" ? {} : { manager }),
    operation,
    ...(operation === "Apply" ? {} : { apiVersion }),
    ...(subresource === "" ? {} : { subresource }),
  });

/** As messages name a manager: `"kubectl" with subresource "scale" using apps/v1`. */
export function printManager({ manager, operation, apiVersion, subresource }: ManagerIdentity): string {
  const where = subresource === "" ? "" : ` with subresource ${JSON.stringify(subresource)}`;
  const version = operation === "Update" ? ` using ${apiVersion}` : "";
  return `${JSON.stringify(manager)}${where}${version}`;
}

/**
 * The managers of these entries; null when an entry is malformed. Of two with one identity, the later counts. Entries that a client
 * wrote are not `ours`: they are written out anew.
 */
export function decodeManagers(entries: readonly ManagedFieldsEntry[], ours: boolean): Managers | null {
  const managers = new Map<string, Manager>();
  for (const entry of entries) {
    const manager = decodeEntry(entry);
    if (manager === null) return null;
    const { fields } = manager;
    const read = ours ? { ...manager, stored: { fields, fieldsV1: entry.fieldsV1 } } : manager;
    managers.set(managerKey(manager), read);
  }
  return managers;
}

function decodeEntry(entry: ManagedFieldsEntry): Manager | null {
  const { manager = "", operation, apiVersion = "", time = null, fieldsType, fieldsV1, subresource = "" } = entry;
  if ((operation !== "Apply" && operation !== "Update") || apiVersion === "" || fieldsType !== "FieldsV1") return null;
  const fields = decodeFieldsV1(fieldsV1);
  return fields.ok ? { manager, operation, apiVersion, subresource, time, fields: fields.set } : null;
}

/** In Kubernetes' order: appliers first, then by time, name, version and subresource. Managers of nothing are left out. */
export const encodeManagers = (managers: Managers): readonly ManagedFieldsEntry[] =>
  [...managers.values()]
    .filter(({ fields }) => fields.size > 0)
    .sort(inOrder)
    .map(({ manager, operation, apiVersion, subresource, time, fields, stored }) => ({
      manager,
      operation,
      apiVersion,
      ...(time === null ? {} : { time }),
      fieldsType: "FieldsV1",
      fieldsV1: stored?.fields === fields ? stored.fieldsV1 : encodeFieldsV1(fields),
      ...(subresource === "" ? {} : { subresource }),
    }));

const inOrder = (a: Manager, b: Manager): number =>
  compare(a.operation, b.operation) ||
  compare(seconds(a), seconds(b)) ||
  compare(a.manager, b.manager) ||
  compare(a.apiVersion, b.apiVersion) ||
  compare(a.subresource, b.subresource);

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const seconds = ({ time }: Manager): number => {
  const milliseconds = time === null ? 0 : Date.parse(time);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
};

/** `time` is when the write happens. */
export interface Writer extends ManagerIdentity {
  readonly time: string;
}

const MAX_UPDATERS = 10;
const BUCKET = "ancient-changes";

/**
 * At most ten updaters: of more, the oldest are made one, `ancient-changes`, for each version. (A program that
 * writes under ever new names would fill the object.)
 */
export function capUpdaters(managers: Managers): Managers {
  if (managers.size <= MAX_UPDATERS) return managers;
  const updaters = [...managers].filter(([, { operation }]) => operation === "Update");
  if (updaters.length <= MAX_UPDATERS) return managers;
  updaters.sort(([keyA, a], [keyB, b]) => compare(seconds(a), seconds(b)) || compare(keyA, keyB));
  const capped = new Map(managers);
  const firsts = new Map<string, string>();
  let excess = updaters.length - MAX_UPDATERS;
  for (const [key, manager] of updaters) {
    if (excess === 0) break;
    const first = firsts.get(manager.apiVersion);
    if (first === undefined) {
      firsts.set(manager.apiVersion, key);
      continue;
    }
    const bucket: ManagerIdentity = { ...manager, manager: BUCKET, subresource: "" };
    const bucketKey = managerKey(bucket);
    const filled = key === bucketKey ? undefined : capped.get(bucketKey);
    const old = filled ?? capped.get(first);
    if (filled === undefined) capped.delete(first);
    capped.delete(key);
    const fields = old === undefined ? manager.fields : union(old.fields, manager.fields);
    capped.set(bucketKey, { ...bucket, fields, time: manager.time });
    excess--;
  }
  return capped;
}

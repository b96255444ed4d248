/** What a DELETE does to an object (apiserver `rest.BeforeDelete`): finalizers hold it, grace postpones it. */
import type { KubeObject, ObjectMeta } from "../api/meta-v1/object.ts";
import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from "../apimachinery/object-meta-validation.ts";
import { omit } from "../apimachinery/omit.ts";
import type { Strategy } from "../registry/resource-kind.ts";
import { toTime } from "../runtime/host.ts";
import type { PropagationPolicy } from "./mutation.ts";

export interface DeletionRequest {
  readonly strategy: Pick<Strategy, "gracePeriodSeconds" | "prepareForDelete">;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The client's; absent: the kind's default. */
  readonly gracePeriodSeconds?: number;
  /** The client's; absent: what the object's finalizers say already, which as a rule is nothing (background). */
  readonly propagationPolicy?: PropagationPolicy;
}

/** The last time that RFC 3339 can write: grace is any int64, but ends then. */
const LAST_TIME = Date.parse("9999-12-31T23:59:59Z");

export const hasFinalizers = (object: KubeObject): boolean => (object.metadata.finalizers ?? []).length > 0;

/** True for an object whose deletion waits for nothing any more: grace is over and no finalizer holds it. */
export const deletionIsDue = (object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined &&
  (object.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
  !hasFinalizers(object);

/** When the deletion was asked for, in ms since the epoch; null for an object that is not being deleted. */
export function deletionRequestedAt(metadata: ObjectMeta): number | null {
  if (metadata.deletionTimestamp === undefined) return null;
  return Date.parse(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
}

/** The object after the request: `undefined` when it goes at once; the same object when the request changes nothing. */
export function beginDeletion(stored: KubeObject, request: DeletionRequest): KubeObject | undefined {
  const { strategy, now } = request;
  const object = withPolicy(stored, request.propagationPolicy);
  if (object.metadata.deletionTimestamp !== undefined) return shortenGrace(object, request);
  const held = strategy.prepareForDelete?.(object, now) ?? object;
  const grace =
    strategy.gracePeriodSeconds === null ? 0 : (request.gracePeriodSeconds ?? strategy.gracePeriodSeconds(object));
  // Times are whole seconds. Rounded up, or a Pod that is deleted late in a second would lose that part of its grace.
  const start = Math.ceil(now / 1000) * 1000;
  const seconds = Math.max(0, Math.min(grace, (LAST_TIME - start) / 1000));
  if (seconds === 0 && !hasFinalizers(held)) return undefined;
  return mark(held, toTime(start + seconds * 1000), seconds);
}

const POLICY_FINALIZERS: Readonly<Record<PropagationPolicy, readonly string[]>> = {
  Orphan: [ORPHAN_FINALIZER],
  Background: [],
  Foreground: [FOREGROUND_FINALIZER],
};

/** The policy as the garbage collector reads it: a finalizer. A later DELETE may change its mind. */
function withPolicy(object: KubeObject, policy: PropagationPolicy | undefined): KubeObject {
  if (policy === undefined) return object;
  const before = object.metadata.finalizers ?? [];
  const others = before.filter((name) => name !== ORPHAN_FINALIZER && name !== FOREGROUND_FINALIZER);
  const finalizers = [...others, ...POLICY_FINALIZERS[policy]];
  if (finalizers.length === before.length && finalizers.every((name) => before.includes(name))) return object;
  const metadata = omit(object.metadata, "finalizers");
  return { ...object, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } };
}

/** A second DELETE can only bring the end nearer. */
function shortenGrace(object: KubeObject, { strategy, gracePeriodSeconds }: DeletionRequest): KubeObject | undefined {
  const current = object.metadata.deletionGracePeriodSeconds ?? 0;
  const asked = strategy.gracePeriodSeconds === null ? 0 : (gracePeriodSeconds ?? current);
  const seconds = Math.max(0, Math.min(asked, current));
  if (seconds === 0 && !hasFinalizers(object)) return undefined;
  if (seconds === current) return object;
  const requestedAt = deletionRequestedAt(object.metadata) ?? 0;
  return mark(object, toTime(requestedAt + seconds * 1000), seconds);
}

function mark(object: KubeObject, deletionTimestamp: string, deletionGracePeriodSeconds: number): KubeObject {
  const { generation } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(generation === undefined ? {} : { generation: generation + 1 }),
      deletionTimestamp,
      deletionGracePeriodSeconds,
    },
  };
}

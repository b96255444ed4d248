/** ControllerRevisions as the history of a StatefulSet: which is the new one, which Pods still have, which may go. */
import type { ControllerRevision } from "../../api/apps-v1/controller-revision.ts";
import type { StatefulSet } from "../../api/apps-v1/stateful-set.ts";
import type { Pod, PodTemplateSpec } from "../../api/core-v1/pod.ts";
import { deepEqual } from "../../apimachinery/deep-equal.ts";
import type { View, Write } from "../../storage/view.ts";
import { controllerReference } from "../owners.ts";
import { controllerRevisions, type Draft } from "../resources.ts";
import { templateHash } from "../template-hash.ts";

/** On each Pod: the name of the revision that it was made from. */
export const POD_TEMPLATE_REVISION_LABEL = "controller-revision-hash";
const HASH_LABEL = "controller.kubernetes.io/hash";
const MAX_NAME_LENGTH = 223;

export const revisionOfPod = ({ metadata }: Pod): string => metadata.labels?.[POD_TEMPLATE_REVISION_LABEL] ?? "";

type Revision = ControllerRevision | Draft<ControllerRevision>;

export interface Revisions {
  /** What Pods had before the rollout. */
  readonly current: Revision;
  /** What the set asks for. */
  readonly update: Revision;
  readonly writes: readonly Write[];
}

/** The patch that gives a StatefulSet this template again: `kubectl rollout undo` sends it as it is. */
const patchOf = (template: PodTemplateSpec): unknown => ({ spec: { template: { ...template, $patch: "replace" } } });

/** The template in a revision. Revisions are immutable and ours, but anybody may have written one. */
export function templateOf({ data }: Revision, set: StatefulSet): PodTemplateSpec {
  const patch = data as { readonly spec?: { readonly template?: PodTemplateSpec & { readonly $patch?: string } } };
  const stored = patch?.spec?.template;
  if (stored === undefined) return set.spec.template;
  const { $patch: _, ...template } = stored;
  return template;
}

/** Lowest first. */
export const byRevision = (revisions: readonly ControllerRevision[]): readonly ControllerRevision[] =>
  [...revisions].sort((a, b) => a.revision - b.revision || (a.metadata.name < b.metadata.name ? -1 : 1));

/**
 * The revisions that a reconciliation goes by, with what has to be written for them; null when the new one's name belongs
 * to another: the next is computed with a higher `collisionCount`.
 */
export function revisionsOf(set: StatefulSet, history: readonly ControllerRevision[], view: View): Revisions | null {
  const newest = history.at(-1);
  const data = patchOf(set.spec.template);
  const equal = history.findLast((revision) => deepEqual(revision.data, data));
  const next = (newest?.revision ?? 0) + 1;
  const update: Revision =
    equal === undefined ? newRevision(set, data, next) : equal === newest ? equal : { ...equal, revision: next };
  if (equal === undefined && controllerRevisions.get(view, update.metadata.name) !== undefined) return null;
  const current = history.find(({ metadata }) => metadata.name === set.status.currentRevision) ?? update;
  return { current, update, writes: update === newest ? [] : [controllerRevisions.put(update)] };
}

function newRevision(set: StatefulSet, data: unknown, revision: number): Draft<ControllerRevision> {
  const hash = templateHash(data, set.status.collisionCount ?? 0);
  const { annotations } = set.metadata;
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${set.metadata.name.slice(0, MAX_NAME_LENGTH)}-${hash}`,
      labels: { ...set.spec.template.metadata?.labels, [HASH_LABEL]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(set)],
    },
    data,
    revision,
  };
}

/** Revisions beyond `revisionHistoryLimit` that nothing goes by any more, lowest first. */
export function outlivedRevisions(
  set: StatefulSet,
  history: readonly ControllerRevision[],
  { current, update }: Revisions,
  pods: readonly Pod[],
): readonly ControllerRevision[] {
  const { revisionHistoryLimit } = set.spec;
  if (revisionHistoryLimit === undefined) return [];
  const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOfPod)]);
  const old = history.filter(({ metadata }) => !live.has(metadata.name));
  return old.slice(0, Math.max(0, old.length - revisionHistoryLimit));
}

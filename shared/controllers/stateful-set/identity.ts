/** The Pods of a StatefulSet: their numbers, names, claims, and what each is made from. */
import type { ControllerRevision } from "../../api/apps-v1/controller-revision.ts";
import type { ClaimTemplate, StatefulSet } from "../../api/apps-v1/stateful-set.ts";
import type { PersistentVolumeClaim } from "../../api/core-v1/persistent-volume-claim.ts";
import type { Pod, PodTemplateSpec, Volume } from "../../api/core-v1/pod.ts";
import { podFromTemplate } from "../pod-from-template.ts";
import type { Draft } from "../resources.ts";
import { POD_TEMPLATE_REVISION_LABEL } from "./revisions.ts";

const POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name";
const POD_INDEX_LABEL = "apps.kubernetes.io/pod-index";

export const firstOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;

export const podName = (set: StatefulSet, ordinal: number): string => `${set.metadata.name}-${ordinal}`;

/** The number of a Pod of this name in the set; null when the name is not one of the set's. */
export function ordinalOf(set: StatefulSet, name: string): number | null {
  const prefix = `${set.metadata.name}-`;
  if (!name.startsWith(prefix)) return null;
  const digits = name.slice(prefix.length);
  return /^(?:0|[1-9]\d{0,9})$/.test(digits) ? Number(digits) : null;
}

export const claimName = (template: ClaimTemplate, set: StatefulSet, ordinal: number): string =>
  `${template.metadata.name}-${podName(set, ordinal)}`;

/** A Pod of the set as it is made, from the template of a revision. */
export function statefulPod(
  set: StatefulSet,
  ordinal: number,
  template: PodTemplateSpec,
  revision: ControllerRevision | Draft<ControllerRevision>,
): Draft<Pod> {
  const name = podName(set, ordinal);
  const pod = podFromTemplate(template, set, name);
  const { serviceName = "" } = set.spec;
  const { volumes, ...spec } = pod.spec;
  const mounted = [...(volumes ?? []).filter((v) => !isClaimed(set, v)), ...claimedVolumes(set, ordinal)];
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: {
        ...pod.metadata.labels,
        [POD_NAME_LABEL]: name,
        [POD_INDEX_LABEL]: String(ordinal),
        [POD_TEMPLATE_REVISION_LABEL]: revision.metadata.name,
      },
    },
    spec: {
      ...spec,
      hostname: name,
      ...(serviceName === "" ? {} : { subdomain: serviceName }),
      ...(mounted.length === 0 ? {} : { volumes: mounted }),
    },
  };
}

const templatesOf = ({ spec }: StatefulSet): readonly ClaimTemplate[] => spec.volumeClaimTemplates ?? [];

/** A claim takes the place of a volume of the same name in the template. */
const isClaimed = (set: StatefulSet, { name }: Volume): boolean =>
  templatesOf(set).some(({ metadata }) => metadata.name === name);

const claimedVolumes = (set: StatefulSet, ordinal: number): readonly Volume[] =>
  templatesOf(set).map((template) => ({
    name: template.metadata.name,
    persistentVolumeClaim: { claimName: claimName(template, set, ordinal) },
  }));

/** The claims that a Pod of this number has of its own. They carry the labels by which the set chooses its Pods. */
export const claimsOf = (set: StatefulSet, ordinal: number): readonly Draft<PersistentVolumeClaim>[] =>
  templatesOf(set).map((template) => {
    const { annotations, labels } = template.metadata;
    const chosen = { ...labels, ...set.spec.selector.matchLabels };
    return {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: {
        name: claimName(template, set, ordinal),
        ...(Object.keys(chosen).length === 0 ? {} : { labels: chosen }),
        ...(annotations === undefined ? {} : { annotations }),
      },
      spec: template.spec,
      status: { phase: "Pending" },
    };
  });

/** `autoscaling/v1 Scale`: not a resource of its own but what the `scale` subresources of others show. */
import type { KubeObject } from "../../../api/meta-v1/object.ts";
import { ageColumn, integer, nameColumn } from "../../columns.ts";
import type { EncodedKind } from "../../representation.ts";

interface Scale extends KubeObject {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly replicas: number };
}

/** The columns get nothing but what `toScale` made. */
const asScale = (object: KubeObject): Scale => object as Scale;

export const scaleKind: EncodedKind = {
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
  columns: [
    nameColumn,
    integer("Desired", "How many instances are wanted.", (object) => asScale(object).spec.replicas),
    integer("Available", "How many instances there are.", (object) => asScale(object).status.replicas),
    ageColumn,
  ],
};

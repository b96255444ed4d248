import type { KubeObject } from "../meta-v1/object.ts";

/** `apps/v1 ControllerRevision`: a state that its owner can be brought back to. */
export interface ControllerRevision extends KubeObject {
  /** For a StatefulSet: a strategic merge patch that gives it the template of this revision. */
  readonly data?: unknown;
  readonly revision: number;
}

import type { KubeObject } from "../meta-v1/object.ts";
import type { ObjectReference } from "./object-reference.ts";

/** `core/v1 Event`. Times are RFC 3339; `eventTime` has microseconds. */
export interface Event extends KubeObject {
  readonly involvedObject: ObjectReference;
  readonly related?: ObjectReference;
  readonly reason?: string;
  readonly message?: string;
  readonly type?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly count?: number;
  readonly action?: string;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
}

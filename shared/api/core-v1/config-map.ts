import type { KubeObject } from "../meta-v1/object.ts";

/** `core/v1 ConfigMap`. `binaryData` values are base64. */
export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

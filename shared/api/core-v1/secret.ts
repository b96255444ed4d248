import type { KubeObject } from "../meta-v1/object.ts";

/** `core/v1 Secret`. `data` values are base64; `stringData` is write-only and never stored. */
export interface Secret extends KubeObject {
  readonly type: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

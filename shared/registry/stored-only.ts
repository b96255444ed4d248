import type { KubeObject } from "../api/meta-v1/object.ts";

/** The warnings of a kind that is kept for clients' sake and has no effect: who makes one must not rely on it. */
export const storedOnly =
  (kind: string) =>
  (_: KubeObject, old: KubeObject | undefined): readonly string[] =>
    old === undefined ? [`${kind} is stored, and not enforced: nothing here limits what a namespace uses`] : [];

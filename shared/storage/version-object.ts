/** What a version's text says. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Version } from "./version-store.ts";

const PARSED = new WeakMap<Version, KubeObject>();

/** The object of a version; its text is parsed once, however many ask. */
export function objectOf(version: Version): KubeObject {
  const known = PARSED.get(version);
  if (known !== undefined) return known;
  const object = JSON.parse(version.object) as KubeObject;
  PARSED.set(version, object);
  return object;
}

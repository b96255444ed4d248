import type { KubeObject } from "../shared/api/meta-v1/object.ts";
import type { Version } from "../shared/storage/version-store.ts";

const objects = new WeakMap<Version, KubeObject>();

/** The object of a version that came from a namespace, parsed once however many parts of ClusterStore look at it. */
export function objectOf(version: Version): KubeObject {
  const known = objects.get(version);
  if (known !== undefined) return known;
  const object = JSON.parse(version.object) as KubeObject;
  objects.set(version, object);
  return object;
}

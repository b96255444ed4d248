/** Short names for Pod templates: equal templates have equal ones. */
import { safeEncode } from "../apimachinery/generate-name.ts";
import { canonicalJson, fnv32a } from "../apimachinery/hash.ts";

/** Changes with the value and, to get out of the way of a name that is taken, with `collisionCount`. */
export const templateHash = (value: unknown, collisionCount: number): string =>
  safeEncode(String(fnv32a(`${canonicalJson(value)}${collisionCount === 0 ? "" : collisionCount}`)));

/** The order of Kubernetes' versions: stable before beta before alpha, high before low, others last by their names. */
const VERSION = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/;

function rank(version: string): readonly [number, number, number] | null {
  const match = VERSION.exec(version);
  if (match === null) return null;
  const stability = match[2] === undefined ? 2 : match[2] === "beta" ? 1 : 0;
  return [stability, Number(match[1]), Number(match[3] ?? 0)];
}

/** Negative when `a` is to be preferred (apimachinery `version.CompareKubeAwareVersionStrings`). */
export function byPreference(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  if (left === null || right === null) {
    if (left === null && right === null) return a < b ? -1 : a > b ? 1 : 0;
    return left === null ? 1 : -1;
  }
  return right[0] - left[0] || right[1] - left[1] || right[2] - left[2];
}

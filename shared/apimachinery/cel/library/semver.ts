/** Semantic versions (semver.org, 2.0.0). */
import type { SemanticVersion } from "../values.ts";

const NUMBER = "(0|[1-9]\\d{0,18})";
const PART = "(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
const VERSION = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${PART}(?:\\.${PART})*))?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$`,
);
const MAX_LENGTH = 1024;

/** Null for text that is none. Leniently, a `v` may stand before it, zeros before numbers, and minor and patch may be left out. */
export function parseSemver(text: string, isLenient: boolean): SemanticVersion | null {
  if (text.length > MAX_LENGTH) return null;
  const [, major, minor, patch, pre = ""] = VERSION.exec(isLenient ? normalized(text) : text) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return null;
  return {
    major: BigInt(major),
    minor: BigInt(minor),
    patch: BigInt(patch),
    pre: pre === "" ? [] : pre.split("."),
  };
}

function normalized(text: string): string {
  const [major = "", minor, ...rest] = text.replace(/^v/, "").split(".");
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(rest.length === 0 ? [] : [rest.join(".")])];
  const short = parts.map((part) => part.replace(/^0+(?=\d)/, ""));
  if (short.length < 3 && /[+-]/.test(short.at(-1) ?? "")) return "";
  while (short.length < 3) short.push("0");
  return short.join(".");
}

/** Negative, 0 or positive. What is before a release (`1.0.0-rc.1`) is less than it. */
export function compareVersions(a: SemanticVersion, b: SemanticVersion): number {
  const differences = [a.major - b.major, a.minor - b.minor, a.patch - b.patch];
  const first = differences.find((difference) => difference !== 0n);
  if (first !== undefined) return first > 0n ? 1 : -1;
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  for (const [i, part] of a.pre.entries()) {
    const other = b.pre[i];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return a.pre.length - b.pre.length;
}

/** Numbers are less than words. */
function compareParts(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOtherNumber) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

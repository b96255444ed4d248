/** `resource.Quantity` as an exact number: `500m`, `1Gi`, `1e3`. Its syntax is checked where objects are decoded. */

const PARTS = /^([+-]?)(\d*)\.?(\d*)(|[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)$/;
const DECIMAL: ReadonlyMap<string, number> = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);
const BINARY: ReadonlyMap<string, bigint> = new Map(
  ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((suffix, i) => [suffix, 1024n ** BigInt(i + 1)]),
);
/** The smallest unit that Kubernetes keeps; what is finer is rounded up, away from zero. */
const NANO = 9;
const MAX_EXPONENT = 64;

/** The quantity in units of 10⁻⁹; null for text that is none, or for an exponent beyond reason. */
export function quantityInNanos(text: string | number): bigint | null {
  const [, sign = "", whole = "", fraction = "", suffix = ""] = PARTS.exec(String(text).trim()) ?? [];
  if (whole === "" && fraction === "") return null;
  const exponent = /^[eE]/.test(suffix) && suffix.length > 1 ? Number(suffix.slice(1)) : (DECIMAL.get(suffix) ?? 0);
  if (Math.abs(exponent) > MAX_EXPONENT) return null;
  const digits = BigInt(whole + fraction) * (BINARY.get(suffix) ?? 1n);
  const scale = NANO + exponent - fraction.length;
  const size = scale >= 0 ? digits * 10n ** BigInt(scale) : divideUp(digits, 10n ** BigInt(-scale));
  return sign === "-" ? -size : size;
}

const divideUp = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;

const WHOLE = 10n ** BigInt(NANO);

export const isWhole = (nanos: bigint): boolean => nanos % WHOLE === 0n;

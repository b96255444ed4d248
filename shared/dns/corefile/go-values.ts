/** Numbers and durations as Go reads them, with Go's words for those that are none: they stand in CoreDNS' errors. */

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

const refuse = (message: string): Parsed<never> => ({ ok: false, message });

/** `strconv.Atoi`. */
export function parseInteger(text: string): Parsed<number> {
  if (!/^[+-]?[0-9]+$/.test(text)) return refuse(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  return Number.isSafeInteger(value)
    ? { ok: true, value }
    : refuse(`strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`);
}

/** `strconv.ParseUint(text, 10, 32)`. */
export function parseUnsigned(text: string): Parsed<number> {
  if (!/^[0-9]+$/.test(text)) return refuse(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  return value < 2 ** 32
    ? { ok: true, value }
    : refuse(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`);
}

/** `strconv.ParseUint(text, 0, bits)`: decimal, or in the base that `0x`, `0b`, `0o` or a plain `0` in front say. */
export function parseUnsignedBase(text: string, bits: number): Parsed<number> {
  const spelt = text.replaceAll(/(?<=[0-9a-fA-F])_(?=[0-9a-fA-F])/g, "");
  const isNumber = /^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.test(spelt);
  if (!isNumber) return refuse(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(/^0[0-7]+$/.test(spelt) ? `0o${spelt.slice(1)}` : spelt);
  return value < 2 ** bits
    ? { ok: true, value }
    : refuse(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`);
}

const UNIT_MILLISECONDS: ReadonlyMap<string, number> = new Map([
  ["ns", 1e-6],
  ["us", 1e-3],
  ["µs", 1e-3],
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** `time.ParseDuration`: `1h30m`, `-1.5s`, `0`. In milliseconds. */
export function parseDuration(text: string): Parsed<number> {
  const quoted = JSON.stringify(text);
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "0") return { ok: true, value: 0 };
  if (unsigned === "") return refuse(`time: invalid duration ${quoted}`);
  let value = 0;
  for (let rest = unsigned; rest !== "";) {
    const part = /^([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([^0-9.]*)/.exec(rest);
    if (part === null) return refuse(`time: invalid duration ${quoted}`);
    const [whole, number = "", unit = ""] = part;
    if (unit === "") return refuse(`time: missing unit in duration ${quoted}`);
    const milliseconds = UNIT_MILLISECONDS.get(unit);
    if (milliseconds === undefined) return refuse(`time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`);
    value += Number(number) * milliseconds;
    rest = rest.slice(whole.length);
  }
  return { ok: true, value: text.startsWith("-") ? -value : value };
}

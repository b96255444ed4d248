/** `*`, `+`, `?`, `{n,m}`: how often something comes. */
import type { PatternReader } from "./pattern-reader.ts";

export interface Bounds {
  readonly least: number;
  /** Null: without end. */
  readonly most: number | null;
}

/** As Go has it. */
export const MAX_REPEAT = 1000;

/** Null, and takes nothing, when something else comes. Braces around anything else are themselves. */
export function readBounds(reader: PatternReader): Bounds | null {
  if (reader.take("*")) return { least: 0, most: null };
  if (reader.take("+")) return { least: 1, most: null };
  if (reader.take("?")) return { least: 0, most: 1 };
  const [spelt, from = "", comma = "", to = ""] = reader.match(/\{(\d+)(,?)(\d*)\}/y) ?? [];
  if (spelt === undefined) return null;
  const least = Number(from);
  return { least, most: comma === "" ? least : to === "" ? null : Number(to) };
}

export const isTooMuch = ({ least, most }: Bounds): boolean => least > MAX_REPEAT || (most ?? 0) > MAX_REPEAT;
export const isBackward = ({ least, most }: Bounds): boolean => most !== null && most < least;

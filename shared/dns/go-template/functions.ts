/** The functions of Go templates, and `parseInt`, which CoreDNS adds. */
import { isMap, isTrue, printed, TemplateFailure, type TemplateFunction, type Value } from "./execute.ts";

const fail = (message: string): never => {
  throw new TemplateFailure(message);
};

function index(value: Value, ...keys: readonly Value[]): Value {
  return keys.reduce((found: Value, key) => {
    if (isMap(found)) return typeof key === "string" ? (found.get(key) ?? "") : fail("value is not of type string");
    if (!Array.isArray(found)) return fail("can't index item of this type");
    const at = typeof key === "number" ? key : fail("cannot index slice/array with this type");
    if (at < 0 || at >= found.length) return fail(`error calling index: index out of range: ${at}`);
    return found[at] as Value;
  }, value);
}

/** `strconv.ParseUint`. */
function parseInt(text: Value, base: Value, bits: Value): Value {
  if (typeof text !== "string" || typeof base !== "number" || typeof bits !== "number") {
    return fail("wrong number or type of args for parseInt");
  }
  const digits = "0123456789abcdefghijklmnopqrstuvwxyz".slice(0, base);
  let value = 0n;
  const syntax = `error calling parseInt: strconv.ParseUint: parsing ${JSON.stringify(text)}`;
  if (text === "" || base < 2 || base > 36) return fail(`${syntax}: invalid syntax`);
  for (const c of text.toLowerCase()) {
    const digit = digits.indexOf(c);
    if (digit < 0) return fail(`${syntax}: invalid syntax`);
    value = value * BigInt(base) + BigInt(digit);
    if (value >= 1n << BigInt(bits === 0 ? 64 : bits)) return fail(`${syntax}: value out of range`);
  }
  return value;
}

const VERB = /%([-+ #0]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g;
const MAX_WIDTH = 255;

/** The verbs that names and addresses are written with: `%s`, `%v`, `%d`, `%x`, `%X`, `%q`, with width. */
function printf(format: Value, ...args: readonly Value[]): Value {
  if (typeof format !== "string") return fail("wrong type for value; expected string");
  let used = 0;
  return format.replaceAll(
    VERB,
    (_whole, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === "%") return "%";
      if (used >= args.length) return `%!${verb}(MISSING)`;
      const text = formatted(args[used++], verb, precision);
      const pad = Math.min(Number(width), MAX_WIDTH);
      if (flags.includes("-")) return text.padEnd(pad);
      return text.padStart(pad, flags.includes("0") ? "0" : " ");
    },
  );
}

function formatted(value: Value, verb: string, precision: string | undefined): string {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  const text = printed(value);
  switch (verb) {
    case "v":
      return text;
    case "s":
      return isNumber ? `%!s(int=${text})` : text.slice(0, precision === undefined ? text.length : Number(precision));
    case "d":
      return isNumber ? text : `%!d(string=${text})`;
    case "q":
      return JSON.stringify(text);
    case "x":
    case "X": {
      const hex = isNumber
        ? value.toString(16)
        : Array.from(new TextEncoder().encode(text), (octet) => octet.toString(16).padStart(2, "0")).join("");
      return verb === "x" ? hex : hex.toUpperCase();
    }
    default:
      return `%!${verb}(${text})`;
  }
}

const comparable = (value: Value): string | number | bigint | boolean =>
  typeof value === "object" || value === undefined ? fail("incompatible types for comparison") : value;

const equal = (a: Value, b: Value): boolean => {
  const [left, right] = [comparable(a), comparable(b)];
  const isNumeric = (one: typeof left): boolean => typeof one === "number" || typeof one === "bigint";
  if (isNumeric(left) && isNumeric(right)) return BigInt(left) === BigInt(right);
  return typeof left === typeof right ? left === right : fail("incompatible types for comparison");
};

const less = (a: Value, b: Value): boolean => {
  const [left, right] = [comparable(a), comparable(b)];
  return (typeof left === "string") === (typeof right === "string")
    ? left < right
    : fail("incompatible types for comparison");
};

export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ["index", index],
  ["parseInt", parseInt],
  ["printf", printf],
  ["print", (...args) => args.map(printed).join("")],
  ["println", (...args) => `${args.map(printed).join(" ")}\n`],
  [
    "len",
    (value) =>
      isMap(value)
        ? value.size
        : typeof value === "string" || Array.isArray(value)
          ? value.length
          : fail("len of this type"),
  ],
  ["not", (value) => !isTrue(value)],
  ["and", (...args) => args.find((one) => !isTrue(one)) ?? args.at(-1)],
  ["or", (...args) => args.find(isTrue) ?? args.at(-1)],
  ["eq", (first, ...others) => others.some((one) => equal(first, one))],
  ["ne", (a, b) => !equal(a, b)],
  ["lt", less],
  ["le", (a, b) => less(a, b) || equal(a, b)],
  ["gt", (a, b) => less(b, a)],
  ["ge", (a, b) => !less(a, b)],
]);

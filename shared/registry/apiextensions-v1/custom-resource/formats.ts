/** The formats of strings that apiextensions knows and checks; it ignores others. */
import { parseCIDR, parseIP } from "../../../apimachinery/ip.ts";
import { isDNS1123Label, isDNS1123Subdomain } from "../../../apimachinery/validation.ts";

type Check = (text: string) => boolean;

const matches =
  (pattern: RegExp): Check =>
  (text) =>
    pattern.test(text);

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const version = (digit: number): Check =>
  matches(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${digit}[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, "i"));

const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME =
  /^(\d{4}-\d\d-\d\d)[tT](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[zZ]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;

/** A day that the calendar has. */
function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Go's durations (`1h30m`), and words (`3 days`). */
const DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const DURATION_IN_WORDS =
  /^\s*\d+\s*(?:ns|nano|us|µs|micro|ms|milli|s|sec|second|m|min|minute|h|hr|hour|d|day|w|wk|week)s?\s*$/;

function isURI(text: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\S+|\/\S*)$/i.test(text);
}

const isIPv4: Check = (text) => /^\d+\.\d+\.\d+\.\d+$/.test(text) && parseIP(text) !== null;

const FORMATS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ["bsonobjectid", matches(/^[0-9a-f]{24}$/i)],
  ["uri", isURI],
  ["email", matches(/^[^\s@<>]+@[^\s@<>]+$/)],
  [
    "hostname",
    matches(/^(?=.{1,255}$)[a-z0-9_](?:[-a-z0-9_]{0,62}[a-z0-9_])?(?:\.[a-z0-9_](?:[-a-z0-9_]{0,62}[a-z0-9_])?)*\.?$/i),
  ],
  ["ipv4", isIPv4],
  ["ipv6", (text) => text.includes(":") && parseIP(text) !== null],
  ["cidr", (text) => parseCIDR(text) !== null],
  ["mac", matches(/^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$/i)],
  ["uuid", matches(UUID)],
  ["uuid3", version(3)],
  ["uuid4", version(4)],
  ["uuid5", version(5)],
  ["isbn", matches(/^(?:\d[- ]?){9}[\dX]$|^(?:\d[- ]?){12}\d$/)],
  ["isbn10", matches(/^(?:\d[- ]?){9}[\dX]$/)],
  ["isbn13", matches(/^(?:\d[- ]?){12}\d$/)],
  ["creditcard", matches(/^(?:\d[- ]?){12,18}\d$/)],
  ["ssn", matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/)],
  ["hexcolor", matches(/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i)],
  ["rgbcolor", matches(/^rgb\(\s*(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\s*(?:,\s*(?!\))|(?=\)))){3}\)$/)],
  ["byte", matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)],
  ["password", () => true],
  ["date", isDate],
  ["duration", (text) => DURATION.test(text) || DURATION_IN_WORDS.test(text)],
  ["datetime", (text) => isDate(DATE_TIME.exec(text)?.[1] ?? "")],
  ["k8s-short-name", (text) => isDNS1123Label(text).length === 0],
  ["k8s-long-name", (text) => isDNS1123Subdomain(text).length === 0],
]);

/** True when the text is of the format, or nobody knows the format. Dashes in its name do not count, save Kubernetes' own. */
export function hasFormat(format: string, text: string): boolean {
  const check = FORMATS.get(format) ?? FORMATS.get(format.replaceAll("-", ""));
  return check?.(text) ?? true;
}

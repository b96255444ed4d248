/** Reads the `nginx.ingress.kubernetes.io/*` annotations of one Ingress, and remembers what is wrong with them. */
import type { Ingress } from "../../../api/networking-v1/ingress.ts";
import { parseCIDR, parseIP } from "../../../apimachinery/ip.ts";
import type { Problem } from "../../problem.ts";

export const NGINX_PREFIX = "nginx.ingress.kubernetes.io/";

/** As Go's `strconv.ParseBool`. */
const TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE = new Set(["0", "f", "F", "FALSE", "false", "False"]);

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

export class AnnotationReader {
  readonly problems: Problem[] = [];
  readonly #annotations: Readonly<Record<string, string>>;

  constructor({ metadata }: Ingress) {
    this.#annotations = metadata.annotations ?? {};
  }

  /** Null where there is none, or an empty one. */
  text(name: string): string | null {
    const key = NGINX_PREFIX + name;
    const value = Object.hasOwn(this.#annotations, key) ? (this.#annotations[key] ?? "").trim() : "";
    return value === "" ? null : value;
  }

  flag(name: string): boolean | null {
    const value = this.text(name);
    if (value === null) return null;
    if (TRUE.has(value)) return true;
    if (FALSE.has(value)) return false;
    return this.invalid(name, "is neither true nor false");
  }

  /** A whole number of 0 or more. */
  integer(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    return /^\d{1,9}$/.test(value) ? Number(value) : this.invalid(name, "is no whole number");
  }

  /** Milliseconds, of a number of seconds or a time such as `10s`, `500ms`, `2m`. */
  milliseconds(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const match = /^(\d{1,7})(ms|s|m|h)?$/.exec(value);
    if (match === null) return this.invalid(name, "is no number of seconds");
    return Number(match[1]) * (({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const)[match[2] as "s"] ?? 1000);
  }

  /** Bytes, as nginx writes sizes: `512`, `8k`, `1m`, `2g`. */
  bytes(name: string): number | null {
    const value = this.text(name);
    if (value === null) return null;
    const match = /^(\d{1,12})([kmg]?)b?$/i.exec(value);
    if (match === null) return this.invalid(name, "is no size such as 8m");
    return Number(match[1]) * (UNITS[match[2]?.toLowerCase() ?? ""] ?? 1);
  }

  /** Comma-separated, without empty ones. */
  list(name: string): readonly string[] | null {
    const value = this.text(name);
    if (value === null) return null;
    return value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }

  /** CIDRs; a plain address stands for itself. Null: there is no such annotation. `ok` false: some are none. */
  ranges(name: string): { readonly ok: boolean; readonly cidrs: readonly string[] } | null {
    const list = this.list(name);
    if (list === null) return null;
    const bad = list.find((text) => parseCIDR(text) === null && parseIP(text) === null);
    if (bad !== undefined) this.invalid(name, `holds ${JSON.stringify(bad)}, which is neither an address nor a CIDR`);
    const cidrs = list.filter((text) => text !== bad).map((text) => (text.includes("/") ? text : hostRange(text)));
    return { ok: bad === undefined, cidrs };
  }

  /** Notes a value that cannot be used. */
  invalid(name: string, why: string): null {
    const shown = JSON.stringify((this.text(name) ?? "").slice(0, 100));
    this.problems.push({
      reason: "InvalidAnnotation",
      message: `annotation ${NGINX_PREFIX}${name} has the value ${shown}, which ${why}`,
    });
    return null;
  }

  /** The names of all annotations of the prefix, without it. */
  names(): readonly string[] {
    return Object.keys(this.#annotations)
      .filter((key) => key.startsWith(NGINX_PREFIX))
      .map((key) => key.slice(NGINX_PREFIX.length));
  }
}

const hostRange = (address: string): string => `${address}/${address.includes(":") ? 128 : 32}`;

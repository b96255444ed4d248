/** What a part of an expression knows of the rest: names, and where evaluation finds their values. */
import type { Meter } from "./meter.ts";
import type { CelType, Variables } from "./types.ts";
import { Failure, type Outcome } from "./values.ts";

/** One evaluation under way. */
export interface Frame {
  readonly meter: Meter;
  /** The value of a variable; undefined when the caller has none. */
  readonly read: (name: string, meter: Meter) => Outcome | undefined;
  /** Values that macros have named. A failure that is never used does no harm. */
  readonly slots: Outcome[];
}

export type Run = (frame: Frame) => Outcome;

/** A part of an expression: what it is known to give, and how it is evaluated. */
export interface Typed {
  readonly type: CelType;
  readonly run: Run;
}

interface Local {
  readonly slot: number;
  readonly type: CelType;
}

export class Scope {
  readonly variables: Variables;
  /** Variables that the expression has asked for. */
  readonly used: Set<string>;
  readonly #locals: ReadonlyMap<string, Local>;
  readonly #depth: number;

  constructor(
    variables: Variables,
    used = new Set<string>(),
    locals: ReadonlyMap<string, Local> = new Map(),
    depth = 0,
  ) {
    this.variables = variables;
    this.used = used;
    this.#locals = locals;
    this.#depth = depth;
  }

  /** The name's type and how to read it; null when there is none. */
  find(name: string): Typed | null {
    const local = this.#locals.get(name);
    if (local !== undefined) return { type: local.type, run: ({ slots }) => slots[local.slot] ?? null };
    const type = Object.hasOwn(this.variables, name) ? this.variables[name] : undefined;
    if (type === undefined) return null;
    this.used.add(name);
    const run: Run = ({ read, meter }) => {
      const value = read(name, meter);
      return value === undefined ? new Failure(`no such attribute(s): ${name}`) : value;
    };
    return { type, run };
  }

  /** With more names, each in a slot of its own; the first one's is `slot`. */
  with(names: readonly string[], types: readonly CelType[]): { readonly scope: Scope; readonly slot: number } {
    const locals = new Map(this.#locals);
    names.forEach((name, i) => locals.set(name, { slot: this.#depth + i, type: types[i] ?? { kind: "dyn" } }));
    return { scope: new Scope(this.variables, this.used, locals, this.#depth + names.length), slot: this.#depth };
  }
}

/** Functions on lists and sets: Kubernetes' own, and those of cel-go's extensions that it has; and what there is about optionals. */
import { compareValues, equalValues } from "../compare.ts";
import type { Meter } from "../meter.ts";
import { overload, type Overload } from "../overload.ts";
import {
  Duration,
  Failure,
  isList,
  isMap,
  NO_OVERLOAD,
  NONE,
  Optional,
  Uint,
  type CelValue,
  type Outcome,
} from "../values.ts";
import { intOf, orderOf, spanOf, uintOf } from "./operators.ts";

type List = readonly CelValue[];

const COMPARABLE = ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"];

function isSorted(list: List, meter: Meter): Outcome {
  for (let i = 1; i < list.length; i++) {
    const order = orderOf(list[i - 1] ?? null, list[i] ?? null, meter);
    if (order instanceof Failure) return order;
    if (order > 0) return false;
  }
  return true;
}

/** The least (`sign` -1) or greatest (1). */
function extreme(name: string, sign: number) {
  return (list: List, meter: Meter): Outcome => {
    let [best] = list;
    if (best === undefined) return new Failure(`${name} called on empty list`);
    for (const item of list) {
      const order = orderOf(item, best, meter);
      if (order instanceof Failure) return order;
      if (order * sign > 0) best = item;
    }
    return best;
  };
}

const wholeSum = (list: List): bigint =>
  list.reduce<bigint>(
    (sum, item) => sum + (typeof item === "bigint" ? item : item instanceof Uint ? item.value : 0n),
    0n,
  );

/** What a function of the whole list costs. */
function counted(work: (list: List) => Outcome) {
  return (list: List, meter: Meter): Outcome => {
    meter.charge(list.length);
    return work(list);
  };
}

function positionOf(list: List, item: CelValue, meter: Meter): Outcome {
  return BigInt(list.findIndex((one) => equalValues(one, item, meter)));
}

function lastPositionOf(list: List, item: CelValue, meter: Meter): Outcome {
  return BigInt(list.findLastIndex((one) => equalValues(one, item, meter)));
}

const holds = (list: List, item: CelValue, meter: Meter): boolean => list.some((one) => equalValues(one, item, meter));

const sorted = (list: List, meter: Meter): Outcome => {
  const [first] = list;
  if (first !== undefined && list.some((item) => compareValues(first, item, meter) === null)) {
    return new Failure("list elements must have the same type");
  }
  meter.charge(list.length);
  return [...list].sort((a, b) => compareValues(a, b, meter) ?? 0);
};

function distinct(list: List, meter: Meter): Outcome {
  const seen: CelValue[] = [];
  for (const item of list) if (!holds(seen, item, meter)) seen.push(item);
  return seen;
}

function slice(list: List, start: bigint, end: bigint, meter: Meter): Outcome {
  if (start < 0n || end < 0n) return new Failure(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end)
    return new Failure(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (end > list.length) return new Failure(`cannot slice(${start}, ${end}), list is length ${list.length}`);
  meter.charge(Number(end - start));
  return list.slice(Number(start), Number(end));
}

function flatten(list: List, depth: bigint, meter: Meter): Outcome {
  if (depth < 0n) return new Failure("level must be non-negative");
  const flat: CelValue[] = [];
  for (const item of list) {
    const inner = isList(item) && depth > 0n ? flatten(item, depth - 1n, meter) : [item];
    if (!isList(inner)) return inner;
    meter.charge(inner.length);
    for (const one of inner) flat.push(one);
  }
  return flat;
}

function range(count: bigint, meter: Meter): Outcome {
  meter.charge(count < 0n ? 0 : Number(count));
  return Array.from({ length: count < 0n ? 0 : Number(count) }, (_, i) => BigInt(i));
}

const ofLists: readonly Overload[] = [
  ...COMPARABLE.flatMap((type) => [
    overload(`list<${type}>#isSorted() bool`, isSorted),
    overload(`list<${type}>#min() ${type}`, extreme("min", -1)),
    overload(`list<${type}>#max() ${type}`, extreme("max", 1)),
  ]),
  overload(
    "list<int>#sum() int",
    counted((list) => intOf(wholeSum(list))),
  ),
  overload(
    "list<uint>#sum() uint",
    counted((list) => uintOf(wholeSum(list))),
  ),
  overload(
    "list<double>#sum() double",
    counted((list) => list.reduce<number>((sum, item) => sum + Number(item), 0)),
  ),
  overload(
    "list<duration>#sum() duration",
    counted((list) =>
      spanOf(list.reduce<bigint>((sum, item) => sum + (item instanceof Duration ? item.nanos : 0n), 0n)),
    ),
  ),
  overload("list<A>#indexOf(A) int", positionOf),
  overload("list<A>#lastIndexOf(A) int", lastPositionOf),
  overload("list<A>#distinct() list<A>", distinct),
  overload(
    "list<A>#reverse() list<A>",
    counted((list) => [...list].reverse()),
  ),
  overload("list<A>#slice(int, int) list<A>", slice),
  overload("list<A>#flatten() list<dyn>", (list: List, meter: Meter) => flatten(list, 1n, meter)),
  overload("list<A>#flatten(int) list<dyn>", flatten),
  overload("list<A>#sort() list<A>", sorted),
  overload("lists.range(int) list<int>", range),
];

const ofSets: readonly Overload[] = [
  overload("sets.contains(list<A>, list<A>) bool", (a: List, b: List, meter: Meter) =>
    b.every((item) => holds(a, item, meter)),
  ),
  overload("sets.intersects(list<A>, list<A>) bool", (a: List, b: List, meter: Meter) =>
    b.some((item) => holds(a, item, meter)),
  ),
  overload(
    "sets.equivalent(list<A>, list<A>) bool",
    (a: List, b: List, meter: Meter) =>
      a.every((item) => holds(b, item, meter)) && b.every((item) => holds(a, item, meter)),
  ),
];

function isZero(value: CelValue): boolean {
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Duration) return value.nanos === 0n;
  if (value instanceof Uint8Array || isList(value)) return value.length === 0;
  if (isMap(value)) return value.size === 0;
  return value === null || value === false || value === "" || value === 0n || value === 0;
}

const ofOptionals: readonly Overload[] = [
  overload("optional.of(A) optional<A>", (a: CelValue) => new Optional(a)),
  overload("optional.ofNonZeroValue(A) optional<A>", (a: CelValue) => (isZero(a) ? NONE : new Optional(a))),
  overload("optional.none() optional<dyn>", () => NONE),
  overload("optional<A>#hasValue() bool", ({ value }: Optional) => value !== undefined),
  overload("optional<A>#value() A", ({ value }: Optional) =>
    value === undefined ? new Failure("optional.none() dereference") : value,
  ),
  overload("optional<A>#or(optional<A>) optional<A>", (a: Optional, b: Optional) => (a.value === undefined ? b : a)),
  overload("optional<A>#orValue(A) A", (a: Optional, b: CelValue) => (a.value === undefined ? b : a.value)),
  overload("optional.unwrap(list<optional<A>>) list<A>", (list: List) => unwrapped(list)),
  overload("list<optional<A>>#unwrapOpt() list<A>", (list: List) => unwrapped(list)),
];

function unwrapped(list: List): Outcome {
  const values: CelValue[] = [];
  for (const item of list) {
    if (!(item instanceof Optional)) return NO_OVERLOAD;
    if (item.value !== undefined) values.push(item.value);
  }
  return values;
}

export const lists: readonly Overload[] = [...ofLists, ...ofSets, ...ofOptionals];

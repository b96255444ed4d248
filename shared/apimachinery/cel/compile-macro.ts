/** Macros that name values: over each element of a list or a map, or one value for a while. */
import { compareValues } from "./compare.ts";
import { compileNode, expectType } from "./compile.ts";
import type { Frame, Run, Scope, Typed } from "./scope.ts";
import { ExpressionProblem, type FoldKind, type Node } from "./syntax-tree.ts";
import { BOOL, DYN, INT, listOf, mapOf, optionalOf, typeText, type CelType } from "./types.ts";
import {
  Failure,
  isList,
  isMap,
  keyText,
  LiteralMap,
  NO_OVERLOAD,
  NONE,
  Optional,
  type CelValue,
  type Outcome,
} from "./values.ts";

type Fold = Extract<Node, { kind: "fold" }>;

/** An element as a macro sees it: by itself, or with its index or key. */
type Element = readonly CelValue[];

/** Throws `ExpressionProblem`. */
export function compileFold(node: Fold, scope: Scope): Typed {
  const range = compileNode(node.range, scope);
  const types = elementTypes(range.type, node);
  const { scope: inner, slot } = scope.with(node.names, types);
  const filter = node.filter === null ? null : compileNode(node.filter, inner);
  if (filter !== null && node.filter !== null) expectType(BOOL, filter.type, node.filter.at);
  const body = compileNode(node.body, inner);
  if (GIVES_BOOL.has(node.fold)) expectType(BOOL, body.type, node.body.at);
  const collect = FOLDS[node.fold];
  const isPaired = node.names.length > 1;
  const run: Run = (frame) => {
    const over = range.run(frame);
    if (over instanceof Failure) return over;
    const elements = elementsOf(over, isPaired);
    if (elements instanceof Failure) return elements;
    const evaluate = (part: Run, element: Element): Outcome => {
      frame.meter.charge(2);
      element.forEach((value, i) => (frame.slots[slot + i] = value));
      return part(frame);
    };
    return collect({ elements, filter: filter?.run ?? null, body: body.run, evaluate, frame });
  };
  return { type: foldType(node.fold, types, body.type), run };
}

const GIVES_BOOL: ReadonlySet<FoldKind> = new Set<FoldKind>(["all", "exists", "exists_one", "filter"]);

/** The types of what the names stand for. */
function elementTypes(range: CelType, { range: { at }, names }: Fold): readonly CelType[] {
  const isPaired = names.length > 1;
  switch (range.kind) {
    case "list":
      return isPaired ? [INT, range.of] : [range.of];
    case "map":
      return isPaired ? [range.key, range.value] : [range.key];
    case "dyn":
    case "param":
      return [DYN, DYN];
    case "object":
    case "optional":
    case "simple":
      throw new ExpressionProblem(
        `expression of type '${typeText(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        at,
      );
    default:
      return range satisfies never;
  }
}

function foldType(fold: FoldKind, elements: readonly CelType[], body: CelType): CelType {
  const [first = DYN] = elements;
  switch (fold) {
    case "all":
    case "exists":
    case "exists_one":
      return BOOL;
    case "filter":
    case "sortBy":
      return listOf(first);
    case "map":
    case "transformList":
      return listOf(body);
    case "transformMap":
      return mapOf(first, body);
    case "transformMapEntry":
      return body.kind === "map" ? body : mapOf(DYN, DYN);
    default:
      return fold satisfies never;
  }
}

function elementsOf(range: CelValue, isPaired: boolean): readonly Element[] | Failure {
  if (isList(range)) return range.map((item, i) => (isPaired ? [BigInt(i), item] : [item]));
  if (!isMap(range)) return NO_OVERLOAD;
  const elements: Element[] = [];
  for (const key of range.keys()) {
    const value = isPaired ? range.get(key) : null;
    if (value instanceof Failure) return value;
    elements.push(isPaired ? [key, value ?? null] : [key]);
  }
  return elements;
}

interface Folding {
  readonly elements: readonly Element[];
  readonly filter: Run | null;
  readonly body: Run;
  readonly evaluate: (part: Run, element: Element) => Outcome;
  readonly frame: Frame;
}

/** As `&&` and `||` over all elements: what decides does, and a failure only counts when nothing decides. */
const deciding =
  (decisive: boolean) =>
  ({ elements, body, evaluate }: Folding): Outcome => {
    let failure: Failure | null = null;
    for (const element of elements) {
      const value = evaluate(body, element);
      if (value === decisive) return decisive;
      if (value !== !decisive) failure ??= value instanceof Failure ? value : NO_OVERLOAD;
    }
    return failure ?? !decisive;
  };

/** Calls `use` with the elements that pass the filter, until it gives a failure. */
function eachPassing(folding: Folding, test: Run | null, use: (element: Element) => Failure | null): Failure | null {
  for (const element of folding.elements) {
    const passes = test === null ? true : folding.evaluate(test, element);
    if (passes instanceof Failure) return passes;
    if (typeof passes !== "boolean") return NO_OVERLOAD;
    const failure = passes ? use(element) : null;
    if (failure !== null) return failure;
  }
  return null;
}

function existsOne(folding: Folding): Outcome {
  let count = 0;
  const failure = eachPassing(folding, folding.body, () => {
    count++;
    return null;
  });
  return failure ?? count === 1;
}

function filter(folding: Folding): Outcome {
  const kept: CelValue[] = [];
  const failure = eachPassing(folding, folding.body, ([item = null]) => {
    kept.push(item);
    return null;
  });
  return failure ?? kept;
}

/** What the body makes of each passing element. */
function transformed(folding: Folding, take: (element: Element, value: CelValue) => Failure | null): Failure | null {
  return eachPassing(folding, folding.filter, (element) => {
    const value = folding.evaluate(folding.body, element);
    return value instanceof Failure ? value : take(element, value);
  });
}

function mapped(folding: Folding): Outcome {
  const list: CelValue[] = [];
  const failure = transformed(folding, (_element, value) => {
    list.push(value);
    return null;
  });
  return failure ?? list;
}

type Entries = Map<string, readonly [CelValue, CelValue]>;

function insert(entries: Entries, key: CelValue, value: CelValue): Failure | null {
  const text = keyText(key);
  if (text === null) return NO_OVERLOAD;
  if (entries.has(text)) return new Failure(`insert failed: key ${text.slice(1)} already exists`);
  entries.set(text, [key, value]);
  return null;
}

function transformMap(folding: Folding): Outcome {
  const entries: Entries = new Map();
  return transformed(folding, ([key = null], value) => insert(entries, key, value)) ?? new LiteralMap(entries);
}

function transformMapEntry(folding: Folding): Outcome {
  const entries: Entries = new Map();
  const failure = transformed(folding, (_element, value) => {
    if (!isMap(value)) return NO_OVERLOAD;
    for (const key of value.keys()) {
      const of = value.get(key) ?? null;
      const problem = of instanceof Failure ? of : insert(entries, key, of);
      if (problem !== null) return problem;
    }
    return null;
  });
  return failure ?? new LiteralMap(entries);
}

function sortBy(folding: Folding): Outcome {
  const keyed: (readonly [CelValue, CelValue])[] = [];
  const failure = transformed(folding, ([item = null], key) => {
    keyed.push([key, item]);
    return null;
  });
  if (failure !== null) return failure;
  const { meter } = folding.frame;
  const [first] = keyed;
  if (first !== undefined && keyed.some(([key]) => compareValues(first[0], key, meter) === null)) {
    return new Failure("list elements must be comparable");
  }
  return keyed.sort(([a], [b]) => compareValues(a, b, meter) ?? 0).map(([, item]) => item);
}

const FOLDS: Readonly<Record<FoldKind, (folding: Folding) => Outcome>> = {
  all: deciding(false),
  exists: deciding(true),
  exists_one: existsOne,
  filter,
  map: mapped,
  sortBy,
  transformList: mapped,
  transformMap,
  transformMapEntry,
};

type Bind = Extract<Node, { kind: "bind" }>;

export function compileBind({ name, value: node, body: bodyNode, of }: Bind, scope: Scope): Typed {
  const value = compileNode(node, scope);
  const isPlain = of === "value";
  if (!isPlain && value.type.kind !== "optional" && value.type.kind !== "dyn") {
    throw new ExpressionProblem(`expected type 'optional_type(dyn)' but found '${typeText(value.type)}'`, node.at);
  }
  const named = isPlain ? value.type : value.type.kind === "optional" ? value.type.of : DYN;
  const { scope: inner, slot } = scope.with([name], [named]);
  const body = compileNode(bodyNode, inner);
  const type = of === "optional" ? optionalOf(body.type) : body.type;
  return {
    type,
    run: (frame) => (isPlain ? bound(value, body, slot, frame) : boundOptional(value, body, slot, of, frame)),
  };
}

function bound(value: Typed, body: Typed, slot: number, frame: Frame): Outcome {
  frame.slots[slot] = value.run(frame);
  return body.run(frame);
}

function boundOptional(value: Typed, body: Typed, slot: number, of: Bind["of"], frame: Frame): Outcome {
  const optional = value.run(frame);
  if (optional instanceof Failure) return optional;
  if (!(optional instanceof Optional)) return NO_OVERLOAD;
  if (optional.value === undefined) return NONE;
  frame.slots[slot] = optional.value;
  const result = body.run(frame);
  return result instanceof Failure || of === "flat optional" ? result : new Optional(result);
}

/** From tree to program: types are checked on the way, and what is left to do is closures. */
import { compileBind, compileFold } from "./compile-macro.ts";
import { compileCall } from "./compile-call.ts";
import type { Run, Scope, Typed } from "./scope.ts";
import { ExpressionProblem, type Node } from "./syntax-tree.ts";
import { accepts, BOOL, commonType, DYN, listOf, mapOf, optionalOf, simple, typeText, type CelType } from "./types.ts";
import {
  Failure,
  isMap,
  keyText,
  LiteralMap,
  NO_OVERLOAD,
  NONE,
  Optional,
  typeNameOf,
  TypeValue,
  type CelValue,
  type Outcome,
} from "./values.ts";

/** Types are values that expressions name. */
const TYPE_NAMES: ReadonlySet<string> = new Set([
  "int",
  "uint",
  "double",
  "bool",
  "string",
  "bytes",
  "list",
  "map",
  "null_type",
  "type",
  "optional_type",
  "google.protobuf.Timestamp",
  "google.protobuf.Duration",
  "kubernetes.Quantity",
  "kubernetes.URL",
  "kubernetes.Semver",
  "net.IP",
  "net.CIDR",
]);

/** Throws `ExpressionProblem`. */
export function compileNode(node: Node, scope: Scope): Typed {
  switch (node.kind) {
    case "literal":
      return { type: typeOfLiteral(node.value), run: () => node.value };
    case "ident":
      return compileIdent(node, scope);
    case "select":
      return compileSelect(node, scope);
    case "call":
      return compileCall(node, scope);
    case "logic":
      return compileLogic(node, scope);
    case "choice":
      return compileChoice(node, scope);
    case "list":
      return compileList(node, scope);
    case "map":
      return compileMap(node, scope);
    case "fold":
      return compileFold(node, scope);
    case "bind":
      return compileBind(node, scope);
    default:
      return node satisfies never;
  }
}

const LITERALS: Readonly<Record<string, CelType>> = Object.fromEntries(
  (["null_type", "bool", "int", "uint", "double", "string", "bytes"] as const).map((name) => [name, simple(name)]),
);

const typeOfLiteral = (value: CelValue): CelType => LITERALS[typeNameOf(value)] ?? DYN;

const undeclared = (name: string, at: number): ExpressionProblem =>
  new ExpressionProblem(`undeclared reference to '${name}' (in container '')`, at);

function compileIdent({ name, at }: Extract<Node, { kind: "ident" }>, scope: Scope): Typed {
  const found = scope.find(name);
  if (found !== null) return metered(found);
  const type = typeNamed(name);
  if (type === null) throw undeclared(name, at);
  return type;
}

const typeNamed = (name: string): Typed | null =>
  TYPE_NAMES.has(name) ? { type: simple("type"), run: () => new TypeValue(name) } : null;

/** A unit for each step. */
const metered = ({ type, run }: Typed): Typed => ({
  type,
  run: (frame) => {
    frame.meter.charge(1);
    return run(frame);
  },
});

/** `a.b.c`, where that is all a node is. */
export function qualifiedName(node: Node): string | null {
  if (node.kind === "ident") return node.name;
  if (node.kind !== "select" || node.mode !== "value") return null;
  const operand = qualifiedName(node.operand);
  return operand === null ? null : `${operand}.${node.field}`;
}

type Select = Extract<Node, { kind: "select" }>;

function compileSelect(node: Select, scope: Scope): Typed {
  const name = qualifiedName(node);
  const root = name?.split(".")[0] ?? "";
  const named = name === null || scope.find(root) !== null ? null : typeNamed(name);
  if (named !== null) return named;
  const operand = compileNode(node.operand, scope);
  const { field, mode } = node;
  const type = fieldType(operand.type, node);
  const select = SELECT[mode];
  const run: Run = (frame) => {
    frame.meter.charge(1);
    const value = operand.run(frame);
    return value instanceof Failure ? value : select(value, field);
  };
  return { type: mode === "test" ? BOOL : mode === "optional" ? optionalOf(unwrapped(type)) : type, run };
}

const unwrapped = (type: CelType): CelType => (type.kind === "optional" ? type.of : type);

/** What a field is known to be. */
function fieldType(type: CelType, { field, at, mode }: Select): CelType {
  switch (type.kind) {
    case "object": {
      const declared = type.field(field);
      if (declared === undefined) throw new ExpressionProblem(`undefined field '${field}'`, at);
      return declared.type;
    }
    case "map":
      return type.value;
    case "optional":
      return optionalOf(unwrapped(fieldType(type.of, { kind: "select", operand: NOTHING, field, at, mode })));
    case "dyn":
    case "param":
      return DYN;
    case "simple":
    case "list":
      throw new ExpressionProblem(`type '${typeText(type)}' does not support field selection`, at);
    default:
      return type satisfies never;
  }
}

const NOTHING: Node = { kind: "literal", value: null, at: 0 };

const noSuchKey = (key: string): Failure => new Failure(`no such key: ${key}`);

const SELECT: Readonly<Record<Select["mode"], (operand: CelValue, field: string) => Outcome>> = {
  value: selectValue,
  test: (operand, field) => {
    if (operand instanceof Optional) return isMap(operand.value) && operand.value.get(field) !== undefined;
    return isMap(operand) && operand.get(field) !== undefined;
  },
  optional: selectOptional,
};

function selectValue(operand: CelValue, field: string): Outcome {
  if (operand instanceof Optional) return selectOptional(operand, field);
  const value = isMap(operand) ? operand.get(field) : undefined;
  return value === undefined ? noSuchKey(field) : value;
}

function selectOptional(operand: CelValue, field: string): Outcome {
  const of = operand instanceof Optional ? operand.value : operand;
  const value = isMap(of) ? of.get(field) : undefined;
  if (value instanceof Failure) return value;
  return value === undefined ? NONE : new Optional(value);
}

function compileLogic({ op, nodes }: Extract<Node, { kind: "logic" }>, scope: Scope): Typed {
  const operands = nodes.map((node) => {
    const typed = compileNode(node, scope);
    expectType(BOOL, typed.type, node.at);
    return typed.run;
  });
  const decisive = op === "||";
  return { type: BOOL, run: (frame) => decide(operands, decisive, frame) };
}

/** Any value that decides does, wherever it stands; a failure is one only when nothing decides. */
function decide(operands: readonly Run[], decisive: boolean, frame: Parameters<Run>[0]): Outcome {
  let failure: Failure | null = null;
  for (const run of operands) {
    const value = run(frame);
    if (value === decisive) return decisive;
    if (value !== !decisive) failure ??= value instanceof Failure ? value : NO_OVERLOAD;
  }
  return failure ?? !decisive;
}

/** Throws unless the one may stand for the other. */
export function expectType(expected: CelType, actual: CelType, at: number): void {
  if (accepts(expected, actual, new Map())) return;
  throw new ExpressionProblem(`expected type '${typeText(expected)}' but found '${typeText(actual)}'`, at);
}

function compileChoice({ test, yes, no, at }: Extract<Node, { kind: "choice" }>, scope: Scope): Typed {
  const condition = compileNode(test, scope);
  const [first, second] = [compileNode(yes, scope), compileNode(no, scope)];
  const type = commonType(first.type, second.type);
  if (type === null || !accepts(BOOL, condition.type, new Map())) {
    const given = [condition, first, second].map((one) => typeText(one.type)).join(", ");
    throw new ExpressionProblem(`found no matching overload for '_?_:_' applied to '(${given})'`, at);
  }
  const run: Run = (frame) => {
    const value = condition.run(frame);
    if (value instanceof Failure) return value;
    return typeof value === "boolean" ? (value ? first : second).run(frame) : NO_OVERLOAD;
  };
  return { type, run };
}

/** The type of what a literal holds: one for all, or dyn. */
function commonOf(types: readonly { readonly type: CelType; readonly at: number }[]): CelType {
  let common: CelType | null = null;
  for (const { type, at } of types) {
    if (common === null) {
      common = type;
      continue;
    }
    const both = commonType(common, type);
    if (both === null) {
      throw new ExpressionProblem(`expected type '${typeText(common)}' but found '${typeText(type)}'`, at);
    }
    common = both;
  }
  return common ?? DYN;
}

function compileList({ items }: Extract<Node, { kind: "list" }>, scope: Scope): Typed {
  const compiled = items.map(({ node, isOptional }) => {
    const { type, run } = compileNode(node, scope);
    return { type: isOptional ? unwrapped(type) : type, run, isOptional, at: node.at };
  });
  const run: Run = (frame) => {
    frame.meter.charge(10);
    const list: CelValue[] = [];
    for (const item of compiled) {
      const value = item.run(frame);
      if (value instanceof Failure) return value;
      if (!item.isOptional) list.push(value);
      else if (!(value instanceof Optional)) return NO_OVERLOAD;
      else if (value.value !== undefined) list.push(value.value);
    }
    return list;
  };
  return { type: listOf(commonOf(compiled)), run };
}

function compileMap({ entries }: Extract<Node, { kind: "map" }>, scope: Scope): Typed {
  const compiled = entries.map(({ key, value, isOptional }) => ({
    key: { ...compileNode(key, scope), at: key.at },
    value: { ...compileNode(value, scope), at: value.at },
    isOptional,
  }));
  const keyType = commonOf(compiled.map(({ key }) => key));
  const valueType = commonOf(
    compiled.map(({ value, isOptional }) => (isOptional ? { ...value, type: unwrapped(value.type) } : value)),
  );
  const run: Run = (frame) => {
    frame.meter.charge(30);
    const map = new Map<string, readonly [CelValue, CelValue]>();
    for (const { key, value, isOptional } of compiled) {
      const [name, given] = [key.run(frame), value.run(frame)];
      if (name instanceof Failure) return name;
      if (given instanceof Failure) return given;
      const text = keyText(name);
      if (text === null) return new Failure(`unsupported key type: ${typeNameOf(name)}`);
      if (map.has(text)) return new Failure(`insert failed: key ${text.slice(1)} already exists`);
      const held = isOptional && given instanceof Optional ? given.value : given;
      if (held !== undefined) map.set(text, [name, held]);
    }
    return new LiteralMap(map);
  };
  return { type: mapOf(keyType, valueType), run };
}

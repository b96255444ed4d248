/** Calls that are no functions: their arguments are not values but names and expressions. */
import { ExpressionProblem, type FoldKind, type Node } from "./syntax-tree.ts";

type Call = Extract<Node, { kind: "call" }>;
type Expand = (call: Call & { readonly target: Node }) => Node;

/** By name and number of arguments. Calls of the same name with another number are calls. */
const MEMBER_MACROS: ReadonlyMap<string, Expand> = new Map<string, Expand>([
  ...folds("all", "all"),
  ...folds("exists", "exists"),
  ...folds("exists_one", "exists_one"),
  ...folds("existsOne", "exists_one"),
  ["filter/2", fold("filter", 1)],
  ["map/2", fold("map", 1)],
  ["sortBy/2", fold("sortBy", 1)],
  ["map/3", filteredFold("map", 1)],
  ["transformList/3", fold("transformList", 2)],
  ["transformList/4", filteredFold("transformList", 2)],
  ["transformMap/3", fold("transformMap", 2)],
  ["transformMap/4", filteredFold("transformMap", 2)],
  ["transformMapEntry/3", fold("transformMapEntry", 2)],
  ["transformMapEntry/4", filteredFold("transformMapEntry", 2)],
  ["optMap/2", bindOptional("optional")],
  ["optFlatMap/2", bindOptional("flat optional")],
]);

/** The call itself when it is no macro. Throws `ExpressionProblem`. */
export function expandMacro(call: Call): Node {
  const { name, target, args } = call;
  if (target === null) return name === "has" && args.length === 1 ? has(call) : call;
  if (name === "bind" && args.length === 3 && target.kind === "ident" && target.name === "cel") return bind(call);
  return MEMBER_MACROS.get(`${name}/${args.length}`)?.({ ...call, target }) ?? call;
}

function folds(name: string, kind: FoldKind): readonly (readonly [string, Expand])[] {
  return [
    [`${name}/2`, fold(kind, 1)],
    [`${name}/3`, fold(kind, 2)],
  ];
}

function fold(kind: FoldKind, names: number): Expand {
  return ({ target, args, at }) => {
    const body = args[names] ?? target;
    return { kind: "fold", fold: kind, range: target, names: namesOf(args.slice(0, names)), filter: null, body, at };
  };
}

function filteredFold(kind: FoldKind, names: number): Expand {
  return ({ target, args, at }) => {
    const [filter = null, body = target] = args.slice(names);
    return { kind: "fold", fold: kind, range: target, names: namesOf(args.slice(0, names)), filter, body, at };
  };
}

function namesOf(nodes: readonly Node[]): readonly string[] {
  return nodes.map((node) => {
    if (node.kind === "ident") return node.name;
    throw new ExpressionProblem("argument must be a simple name", node.at);
  });
}

function has(call: Call): Node {
  const [operand] = call.args;
  if (operand?.kind === "select" && operand.mode === "value") return { ...operand, mode: "test" };
  throw new ExpressionProblem("invalid argument to has() macro", operand?.at ?? call.at);
}

function bind({ args, at }: Call): Node {
  const [name, value, body] = args;
  if (name?.kind !== "ident" || value === undefined || body === undefined) {
    throw new ExpressionProblem("cel.bind() variable names must be simple identifiers", name?.at ?? at);
  }
  return { kind: "bind", name: name.name, value, body, of: "value", at };
}

function bindOptional(of: "optional" | "flat optional"): Expand {
  return ({ name: macro, target, args, at }) => {
    const [name, body] = args;
    if (name?.kind !== "ident" || body === undefined) {
      throw new ExpressionProblem(`${macro}() variable name must be a simple identifier`, name?.at ?? at);
    }
    return { kind: "bind", name: name.name, value: target, body, of, at };
  };
}

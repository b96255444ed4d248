import { describe, expect, test } from "vitest";
import { compileExpression } from "../../../../shared/apimachinery/cel/index.ts";
import { DYN, INT, listOf, mapOf, objectOf, STRING } from "../../../../shared/apimachinery/cel/types.ts";
import { evaluated } from "./evaluated.ts";

type Case = readonly [expression: string, result: unknown];

const error = (message: string): unknown => ({ error: message });

const LITERALS: readonly Case[] = [
  ["1", 1n],
  ["-1", -1n],
  ["0x1F", 31n],
  ["-9223372036854775808", -9223372036854775808n],
  ["7u", { uint: 7n }],
  ["1.5", 1.5],
  ["1e3", 1000],
  [".5", 0.5],
  ["true", true],
  ["null", null],
  [`'it''s'`.replace("''", "\\'"), "it's"],
  [`"tab\\tnew\\u00e9\\U0001F600\\x41\\101"`, "tab\tnewé😀AA"],
  [`r'\\d+'`, "\\d+"],
  [`'''a'b"c\nd'''`, `a'b"c\nd`],
  [`b'\\xff\\101'`, Uint8Array.from([255, 65])],
  ["[1, 2,]", [1n, 2n]],
  ["{'a': 1, 'b': 2,}", { a: 1n, b: 2n }],
  ["[] // a comment", []],
  ["int", { type: "int" }],
];

const ARITHMETIC: readonly Case[] = [
  ["1 + 2 * 3 - 4", 3n],
  ["7 / 2", 3n],
  ["-7 / 2", -3n],
  ["-7 % 3", -1n],
  ["7.0 / 2.0", 3.5],
  ["1.0 / 0.0", Infinity],
  ["1 / 0", error("division by zero")],
  ["1 % 0", error("modulus by zero")],
  ["9223372036854775807 + 1", error("integer overflow")],
  ["-(-9223372036854775807 - 1)", error("integer overflow")],
  ["1u - 2u", error("unsigned integer overflow")],
  ["'a' + 'b'", "ab"],
  ["[1] + [2]", [1n, 2n]],
  ["--3", 3n],
  ["!!true", true],
];

const RELATIONS: readonly Case[] = [
  ["1 < 2", true],
  ["1 < 1.5", true],
  ["2u >= 2", true],
  ["9007199254740993 > 9007199254740992.0", true],
  ["'a' < 'b'", true],
  // Beyond the basic plane: by code point, not by UTF-16 unit.
  ["'\\uffff' < '\\U00010000'", true],
  ["'😀' < '😁' && '😀a' < '😀b'", true],
  ["dyn(1) == 1.0", true],
  ["dyn(1u) == dyn(1)", true],
  ["dyn('1') == dyn(1)", false],
  ["[1, 2] == [1, 2]", true],
  ["{'a': 1} == {'a': 1}", true],
  ["{'a': 1} != {'a': 2}", true],
  ["0.0 / 0.0 == 0.0 / 0.0", false],
  ["double('NaN') < 1.0", error("NaN values cannot be ordered")],
  ["2 in [1, 2]", true],
  ["'x' in {'y': 1}", false],
  ["1 in {1: 'a'}", true],
  ["b'a' < b'b'", true],
  ["false < true", true],
];

const LOGIC: readonly Case[] = [
  ["false && 1 / 0 > 0", false],
  ["1 / 0 > 0 && false", false],
  ["1 / 0 > 0 || true", true],
  ["true || 1 / 0 > 0", true],
  ["true && 1 / 0 > 0", error("division by zero")],
  ["true && true && false", false],
  ["true ? 1 : 1 / 0", 1n],
  ["false ? 1 / 0 : 2", 2n],
  ["dyn(1) ? 1 : 2", error("no such overload")],
  ["dyn('x') && true", error("no such overload")],
  ["1 < 2 ? 'a' : 2 < 3 ? 'b' : 'c'", "a"],
];

const LOOKING_UP: readonly Case[] = [
  ["{'a': {'b': 1}}.a.b", 1n],
  ["{'a': 1}.b", error("no such key: b")],
  ["{'a': 1}['a']", 1n],
  ["{'a': 1}['b']", error("no such key: b")],
  ["[1, 2][1]", 2n],
  ["[1, 2][2]", error("index out of bounds: 2")],
  ["[1, 2][-1]", error("index out of bounds: -1")],
  ["dyn([1])[0.0]", 1n],
  ["has({'a': 1}.a)", true],
  ["has({'a': 1}.b)", false],
  ["has({'a': {'x': 1}}.b.c)", error("no such key: b")],
  ["{'a': null}.a", null],
  ["[null][0] == null", true],
  ["has({'a': null}.a)", true],
  ["dyn(null) == null", true],
  ["dyn(null).a", error("no such key: a")],
  ["{'a': 1}.?a", { some: 1n }],
  ["{'a': 1}.?b", { none: true }],
  ["{'a': {'b': 1}}.?a.b", { some: 1n }],
  ["{'a': {'b': 1}}.?x.b.orValue(3)", 3n],
  ["[1][?0].value()", 1n],
  ["[1][?1].hasValue()", false],
  ["{'a': [1]}[?'b'].orValue([7])", [7n]],
  ["[?optional.of(1), ?optional.none(), 2]", [1n, 2n]],
  ["{?'a': optional.none(), 'b': 1}", { b: 1n }],
  ["{'a': 1, 'a': 2}", error("insert failed: key a already exists")],
];

const MACROS: readonly Case[] = [
  ["[1, 2].all(x, x > 0)", true],
  ["[1, 2].all(x, x > 1)", false],
  ["[].all(x, false)", true],
  ["[0, 2].all(x, 4 / x > 3)", false],
  ["[1, 0].exists(x, 1 / x == 1)", true],
  ["[0].exists(x, 1 / x == 1)", error("division by zero")],
  ["[1, 2, 1].exists_one(x, x == 1)", false],
  ["[1, 2].exists_one(x, x == 1)", true],
  ["[1, 0].existsOne(x, 1 / x == 1)", error("division by zero")],
  ["[1, 2, 3].filter(x, x % 2 == 1)", [1n, 3n]],
  ["[1, 2].map(x, x * 2)", [2n, 4n]],
  ["[1, 2, 3].map(x, x > 1, x * 2)", [4n, 6n]],
  ["{'a': 1, 'b': 2}.all(k, k in ['a', 'b'])", true],
  ["{'a': 1, 'b': 2}.filter(k, k == 'b')", ["b"]],
  ["{'a': 1, 'b': 2}.exists(k, v, k == 'b' && v == 2)", true],
  ["[5, 6].all(i, v, v == i + 5)", true],
  ["[5, 6].transformList(i, v, i > 0, v)", [6n]],
  ["{'a': 1}.transformMap(k, v, v + 1)", { a: 2n }],
  ["{'a': 'x'}.transformMapEntry(k, v, {v: k})", { x: "a" }],
  [
    "[1, 2].map(x, [3, 4].map(y, x * y))",
    [
      [3n, 4n],
      [6n, 8n],
    ],
  ],
  ["[1].all(x, [2].all(x, x == 2) && x == 1)", true],
  ["cel.bind(x, 2 + 3, x * x)", 25n],
  ["cel.bind(x, 1 / 0, true || x > 1)", true],
  ["optional.of(2).optMap(x, x + 1)", { some: 3n }],
  ["optional.none().optMap(x, 1)", { none: true }],
  ["optional.of(2).optFlatMap(x, optional.none())", { none: true }],
];

describe.each([
  ["literals are their values", LITERALS],
  ["arithmetic never leaves its type", ARITHMETIC],
  ["equality and order", RELATIONS],
  ["logic takes whatever decides, in any order", LOGIC],
  ["fields, keys, elements, and those that may be absent", LOOKING_UP],
  ["macros go over lists and maps", MACROS],
])("%s", (_name, cases) => {
  test.each(cases)("%s", (expression, result) => {
    expect(evaluated(expression)).toEqual(result);
  });
});

const SELF = objectOf("object", {
  replicas: INT,
  name: STRING,
  tags: listOf(STRING),
  labels: mapOf(STRING, INT),
  any: DYN,
});

const at = (line: string, column: number, message: string): string =>
  `ERROR: <input>:1:${column + 1}: ${message}\n | ${line}\n | ${".".repeat(column)}^`;

test.each([
  ["a field that nobody declared", "self.replica > 0", 4, "undefined field 'replica'"],
  ["a name that nobody declared", "slef.replicas > 0", 0, "undeclared reference to 'slef' (in container '')"],
  ["a function that there is not", "lenth(self.name) > 0", 5, "undeclared reference to 'lenth' (in container '')"],
  [
    "an operator between types that have none",
    "self.replicas > 'a'",
    14,
    "found no matching overload for '_>_' applied to '(int, string)'",
  ],
  [
    "a method of another type",
    "self.replicas.startsWith('a')",
    24,
    "found no matching overload for 'startsWith' applied to 'int.(string)'",
  ],
  [
    "equality of types that never are",
    "self.name == 1",
    10,
    "found no matching overload for '_==_' applied to '(string, int)'",
  ],
  ["a list of several types", "1 in [1, 'a']", 9, "expected type 'int' but found 'string'"],
  ["a field of what has none", "self.name.x == 1", 9, "type 'string' does not support field selection"],
  ["logic of what is no truth", "self.replicas && true", 4, "expected type 'bool' but found 'int'"],
  [
    "a macro over what has no elements",
    "self.replicas.all(x, true)",
    4,
    "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
  ],
  ["has() of a name", "has(self)", 4, "invalid argument to has() macro"],
  ["a macro whose variable is no name", "self.tags.all(1, true)", 14, "argument must be a simple name"],
  ["a pattern that is none", "self.name.matches('(')", 18, "invalid matches argument"],
  ["a duration that is none", "duration('1x') > duration('1s')", 9, "invalid duration argument"],
  ["a word that is kept for later", "package == 1", 0, "reserved identifier: package"],
  ["a number that is too large", "9223372036854775808", 0, "invalid int literal"],
  [
    "an end too soon",
    "self.replicas >",
    15,
    "Syntax error: mismatched input '<EOF>' expecting an expression or operator",
  ],
  ["a sign that is none", "self.replicas # 1", 14, "Syntax error: token recognition error at: '#'"],
])("refused before it is evaluated: %s", (_name, source, column, message) => {
  expect(compileExpression(source, { self: SELF })).toEqual({ ok: false, message: at(source, column, message) });
});

test("the place of a problem is its line and column", () => {
  const compiled = compileExpression("true &&\n  nobody", {});
  expect(compiled).toEqual({
    ok: false,
    message: "ERROR: <input>:2:3: undeclared reference to 'nobody' (in container '')\n |   nobody\n | ..^",
  });
});

test.each([
  ["nested brackets", `${"(".repeat(10_000)}1${")".repeat(10_000)}`],
  ["a chain of sums", `1${"+1".repeat(20_000)}`],
  ["a chain of fields", `x${".a".repeat(20_000)}`],
  ["a long expression", `'${"a".repeat(200_000)}'`],
  ["lists in lists", "[".repeat(10_000)],
])("%s that go too deep are refused, not followed", (_name, source) => {
  expect(compileExpression(source, { x: DYN })).toMatchObject({ ok: false, message: expect.stringMatching(/limit/) });
});

test("a thousand conditions in a row are one", () => {
  expect(evaluated(Array.from({ length: 1000 }, () => "true").join(" && "))).toBe(true);
});

test.each([
  [
    "loops in loops",
    `[${"1,".repeat(100)}].all(a, [${"1,".repeat(100)}].all(b, [${"1,".repeat(100)}].all(c, a+b+c > 0)))`,
  ],
  [
    "texts that double",
    `${"cel.bind(a, 'x', ".repeat(1)}${Array.from({ length: 40 }, () => "cel.bind(a, a + a, ").join("")}size(a) > 0${")".repeat(41)}`,
  ],
  [
    "lists that double",
    `cel.bind(a, [1], ${Array.from({ length: 40 }, () => "cel.bind(a, a + a, ").join("")}size(a) > 0${")".repeat(41)}`,
  ],
  [
    "lists of lists that double",
    `cel.bind(a, [1], ${Array.from({ length: 40 }, () => "cel.bind(a, [a, a], ").join("")}a == a${")".repeat(41)}`,
  ],
  [
    "a replacement that multiplies",
    "cel.bind(a, lists.range(2000).map(x, 'aaaaaaaaaaaaaaaaaaaa').join(), cel.bind(b, a.replace('a', a), size(b.replace('a', b)) > 0))",
  ],
])("%s cost too much, and soon", (_name, source) => {
  expect(evaluated(source)).toEqual({ tooCostly: true });
});

test("keys that objects have of themselves are keys like any other", () => {
  const self = JSON.parse('{"__proto__": 1, "toString": 2}') as { readonly [name: string]: number };
  expect(evaluated("has(self.constructor)", { self })).toBe(false);
  expect(evaluated("has(self.__proto__) && self.toString == 2 && self.size() == 2", { self })).toBe(true);
  expect(compileExpression("constructor", {})).toMatchObject({ ok: false });
  expect(compileExpression("toString()", {})).toMatchObject({ ok: false });
});

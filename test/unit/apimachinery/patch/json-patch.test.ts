import { describe, expect, test } from "vitest";
import { isDeeperThan, type JsonValue } from "../../../../shared/apimachinery/json.ts";
import { jsonPatch } from "../../../../shared/apimachinery/patch/json-patch.ts";

const parse = (text: string): JsonValue => JSON.parse(text) as JsonValue;

describe("json patch applies", () => {
  const cases: readonly (readonly [name: string, document: string, patch: string, expected: string])[] = [
    ["an added field", `{"a":1}`, `[{"op":"add","path":"/b","value":2}]`, `{"a":1,"b":2}`],
    ["an add over a present field as a replacement", `{"a":1}`, `[{"op":"add","path":"/a","value":2}]`, `{"a":2}`],
    ["an add of null", `{}`, `[{"op":"add","path":"/a","value":null}]`, `{"a":null}`],
    ["an insertion before a list element", `{"a":[1,3]}`, `[{"op":"add","path":"/a/1","value":2}]`, `{"a":[1,2,3]}`],
    ["an append with -", `{"a":[1]}`, `[{"op":"add","path":"/a/-","value":2}]`, `{"a":[1,2]}`],
    ["an append at the length", `{"a":[1]}`, `[{"op":"add","path":"/a/1","value":2}]`, `{"a":[1,2]}`],
    ["an add at the root", `{"a":1}`, `[{"op":"add","path":"","value":{"b":2}}]`, `{"b":2}`],
    ["a removed field", `{"a":1,"b":2}`, `[{"op":"remove","path":"/a"}]`, `{"b":2}`],
    ["a removed null", `{"a":null}`, `[{"op":"remove","path":"/a"}]`, `{}`],
    ["a removed list element", `{"a":[1,2,3]}`, `[{"op":"remove","path":"/a/1"}]`, `{"a":[1,3]}`],
    ["a replaced field", `{"a":{"b":1}}`, `[{"op":"replace","path":"/a/b","value":[2]}]`, `{"a":{"b":[2]}}`],
    ["a replaced list element", `{"a":[1,2]}`, `[{"op":"replace","path":"/a/0","value":9}]`, `{"a":[9,2]}`],
    ["a replaced root", `{"a":1}`, `[{"op":"replace","path":"","value":{}}]`, `{}`],
    ["a moved field", `{"a":{"x":1},"b":{}}`, `[{"op":"move","from":"/a/x","path":"/b/y"}]`, `{"a":{},"b":{"y":1}}`],
    ["a move within a list", `{"a":[1,2,3]}`, `[{"op":"move","from":"/a/0","path":"/a/2"}]`, `{"a":[2,3,1]}`],
    ["a move onto itself", `{"a":1}`, `[{"op":"move","from":"/a","path":"/a"}]`, `{"a":1}`],
    [
      "a copied object that then changes on its own",
      `{"a":{"x":1}}`,
      `[{"op":"copy","from":"/a","path":"/b"},{"op":"add","path":"/b/x","value":2}]`,
      `{"a":{"x":1},"b":{"x":2}}`,
    ],
    [
      "a test that holds, key order aside",
      `{"a":{"x":1,"y":[2]}}`,
      `[{"op":"test","path":"/a","value":{"y":[2],"x":1}}]`,
      `{"a":{"x":1,"y":[2]}}`,
    ],
    ["a test of an absent field for null", `{}`, `[{"op":"test","path":"/a","value":null}]`, `{}`],
    [
      "escapes in pointers",
      `{"m":{}}`,
      `[{"op":"add","path":"/m/wherry.internal~1a~0b","value":1}]`,
      `{"m":{"wherry.internal/a~b":1}}`,
    ],
    ["the empty key", `{}`, `[{"op":"add","path":"/","value":1}]`, `{"":1}`],
    [
      "__proto__ as an ordinary key",
      `{"a":{}}`,
      `[{"op":"add","path":"/a/__proto__","value":{"x":1}}]`,
      `{"a":{"__proto__":{"x":1}}}`,
    ],
    ["constructor as an ordinary key", `{"constructor":1}`, `[{"op":"remove","path":"/constructor"}]`, `{}`],
    [
      "operations in order",
      `{"a":1}`,
      `[{"op":"move","from":"/a","path":"/b"},{"op":"replace","path":"/b","value":2}]`,
      `{"b":2}`,
    ],
    ["no operations", `{"a":1}`, `[]`, `{"a":1}`],
  ];
  test.each(cases)("%s", (_name, document, patch, expected) => {
    const target = parse(document);
    expect(jsonPatch(target, parse(patch))).toEqual({ ok: true, value: parse(expected) });
    expect(target, "the target is left alone").toEqual(parse(document));
  });
});

describe("json patch refuses with 422 and the reason in the cause", () => {
  const cases: readonly (readonly [name: string, document: string, patch: string, cause: string])[] = [
    [
      "a remove of an absent field",
      `{}`,
      `[{"op":"remove","path":"/a"}]`,
      `remove operation does not apply: doc is missing path: "/a"`,
    ],
    [
      "a remove of what only the prototype has",
      `{}`,
      `[{"op":"remove","path":"/toString"}]`,
      `remove operation does not apply: doc is missing path: "/toString"`,
    ],
    [
      "a remove of the root",
      `{}`,
      `[{"op":"remove","path":""}]`,
      `remove operation does not apply: doc is missing path: ""`,
    ],
    [
      "a replace of an absent field",
      `{}`,
      `[{"op":"replace","path":"/a","value":1}]`,
      `replace operation does not apply: doc is missing path: "/a"`,
    ],
    [
      "an add under an absent parent",
      `{}`,
      `[{"op":"add","path":"/a/b","value":1}]`,
      `add operation does not apply: doc is missing path: "/a/b"`,
    ],
    [
      "an add under a scalar",
      `{"a":1}`,
      `[{"op":"add","path":"/a/b","value":1}]`,
      `add operation does not apply: doc is missing path: "/a/b"`,
    ],
    [
      "an add beyond the end",
      `{"a":[]}`,
      `[{"op":"add","path":"/a/1","value":1}]`,
      `add operation does not apply: doc is missing path: "/a/1"`,
    ],
    [
      "an index with a leading zero",
      `{"a":[1,2]}`,
      `[{"op":"remove","path":"/a/01"}]`,
      `remove operation does not apply: doc is missing path: "/a/01"`,
    ],
    [
      "the length of a list as a path",
      `{"a":[1]}`,
      `[{"op":"remove","path":"/a/length"}]`,
      `remove operation does not apply: doc is missing path: "/a/length"`,
    ],
    [
      "a test that fails",
      `{"a":1}`,
      `[{"op":"test","path":"/a","value":"1"}]`,
      `testing value "/a" failed: test failed`,
    ],
    [
      "a test against a longer list",
      `{"a":[1]}`,
      `[{"op":"test","path":"/a","value":[1,2]}]`,
      `testing value "/a" failed: test failed`,
    ],
    [
      "a move into itself",
      `{"a":{}}`,
      `[{"op":"move","from":"/a","path":"/a/b"}]`,
      `move operation does not apply: "/a/b" is inside "/a"`,
    ],
    [
      "a copy from nowhere",
      `{}`,
      `[{"op":"copy","from":"/a","path":"/b"}]`,
      `copy operation does not apply: doc is missing path: "/a"`,
    ],
    ["an unknown operation", `{}`, `[{"op":"frob","path":"/a"}]`, `Unexpected kind: "frob"`],
    ["a missing value", `{}`, `[{"op":"add","path":"/a"}]`, `add operation does not apply: missing value`],
    [
      "a path without a leading slash",
      `{}`,
      `[{"op":"add","path":"a","value":1}]`,
      `"add" operation does not apply: invalid path "a"`,
    ],
    [
      "a bad escape",
      `{}`,
      `[{"op":"add","path":"/~2","value":1}]`,
      `"add" operation does not apply: invalid path "/~2"`,
    ],
    [
      "a later operation, and nothing of the earlier",
      `{"a":1}`,
      `[{"op":"remove","path":"/a"},{"op":"remove","path":"/a"}]`,
      `remove operation does not apply: doc is missing path: "/a"`,
    ],
  ];
  test.each(cases)("%s", (_name, document, patch, cause) => {
    expect(jsonPatch(parse(document), parse(patch))).toMatchObject({
      ok: false,
      status: {
        code: 422,
        reason: "Invalid",
        message: "the server rejected our request due to an error in our request",
        details: { causes: [{ message: cause }] },
      },
    });
  });
});

describe("json patch refuses with 400", () => {
  const cases: readonly (readonly [name: string, patch: unknown, message: string])[] = [
    [
      "an object",
      {},
      "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
    ],
    [
      "nothing",
      undefined,
      "error decoding patch: json: cannot unmarshal null into Go value of type []handlers.jsonPatchOp",
    ],
    [
      "an operation that is a string",
      ["x"],
      "error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp",
    ],
    [
      "a path that is a number",
      [{ op: "remove", path: 1 }],
      "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string",
    ],
  ];
  test.each(cases)("%s", (_name, patch, message) => {
    expect(jsonPatch({}, patch)).toMatchObject({ ok: false, status: { code: 400, reason: "BadRequest", message } });
  });
});

const nested = (depth: number): JsonValue => {
  let value: JsonValue = {};
  for (let i = 0; i < depth; i++) value = { a: value };
  return value;
};

describe("json patch survives", () => {
  test("a patch a million levels deep", () => {
    expect(jsonPatch({}, [{ op: "add", path: "/a", value: nested(1_000_000) }])).toMatchObject({
      status: { code: 400, message: "error decoding patch: exceeded max depth" },
    });
  });
  test("additions that together nest too deep", () => {
    const patch = [1, 401, 501].map((levels) => ({ op: "add", path: "/a".repeat(levels), value: nested(400) }));
    const result = jsonPatch({}, patch);
    expect(result).toMatchObject({
      ok: false,
      status: { code: 422, details: { causes: [{ message: "exceeded max depth" }] } },
    });
  });
  test("a pointer of a million tokens", () => {
    expect(jsonPatch({ a: {} }, [{ op: "add", path: "/a".repeat(1_000_000), value: 1 }])).toMatchObject({
      status: { code: 422 },
    });
  });
  test("copies that double the document forty times", () => {
    const patch = Array.from({ length: 40 }, (_, i) => ({ op: "copy", from: "", path: `/c${i}` }));
    const result = jsonPatch({ a: "x".repeat(100) }, patch);
    expect(result).toMatchObject({ ok: false, status: { code: 422 } });
    expect(JSON.stringify(result)).toContain("accumulated size increase of copy");
  });
  test("more operations than a server takes", () => {
    const patch = Array.from({ length: 10_001 }, () => ({ op: "test", path: "/a", value: null }));
    expect(jsonPatch({}, patch)).toMatchObject({
      status: { code: 413, message: expect.stringContaining("10000, got 10001") },
    });
  });
  test("a message is not as long as the path it complains about", () => {
    const result = jsonPatch({}, [{ op: "remove", path: `/${"a".repeat(100_000)}` }]);
    expect(JSON.stringify(result).length).toBeLessThan(1000);
  });
  test("the prototype is never touched", () => {
    jsonPatch({}, [
      { op: "add", path: "/__proto__", value: {} },
      { op: "add", path: "/__proto__/polluted", value: 1 },
    ]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect(isDeeperThan({}, 1)).toBe(false);
  });
});

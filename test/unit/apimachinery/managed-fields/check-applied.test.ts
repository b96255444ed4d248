import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../shared/apimachinery/json.ts";
import { joinProblems, problemsOfApplied } from "../../../../shared/apimachinery/managed-fields/check-applied.ts";
import { shape } from "./fixture.ts";

describe("a configuration that cannot be applied", () => {
  test.each<readonly [string, JsonObject, readonly string[]]>([
    ["has a field of no schema", { struct: { no: 1 } }, [".struct.no: field not declared in schema"]],
    ["has a string for a number", { number: "1" }, [".number: expected numeric (int or float), got string"]],
    [
      "has a number for a string",
      { containers: [{ name: "c", image: 1 }] },
      ['.containers[name="c"].image: expected string, got &value.valueUnstructured{Value:1}'],
    ],
    ["has an object for a scalar", { amount: {} }, [".amount: expected any scalar, got &{map[]}"]],
    ["has an object for a list", { list: {} }, [".list: expected list, got &{map[]}"]],
    ["has a list for an object", { struct: [] }, [".struct: expected map, got &{[]}"]],
    [
      "has one key twice",
      { ports: [{ port: 80 }, { port: 80, protocol: "TCP" }] },
      ['.ports: duplicate entries for key [port=80,protocol="TCP"]'],
    ],
    ["has a value twice in a set", { set: ["a", "a"] }, ['.set: duplicate entries for key [="a"]']],
    [
      "has an element without key",
      { containers: [{ image: "i" }] },
      [
        '.containers: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
      ],
    ],
    [
      "has null in a keyed list",
      { containers: [null] },
      [".containers: element 0: associative list with keys may not have a null element"],
    ],
    [
      "has an object in a set",
      { set: [{}] },
      [".set: element 0: associative list without keys has an element that's a map type"],
    ],
  ])("%s", (_name, config, problems) => expect(problemsOfApplied(shape, config)).toEqual(problems));

  test("gets all of its problems in one message, but no flood of them", () => {
    expect(joinProblems([".a: x", ".b: y"])).toBe("errors:\n  .a: x\n  .b: y");
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, 1]));
    expect(problemsOfApplied(shape, many)).toHaveLength(20);
  });

  test("null fits everywhere", () => {
    expect(problemsOfApplied(shape, { text: null, list: [null], struct: null, ports: null })).toEqual([]);
  });
});

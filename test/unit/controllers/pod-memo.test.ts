import { expect, test } from "vitest";
import type { Pod } from "../../../shared/api/core-v1/pod.ts";
import { podMemo } from "../../../shared/controllers/pod-memo.ts";
import { pod } from "./objects.ts";

const running = (status: Pod["status"]): Pod => ({ ...pod("web"), status }) as Pod;

test("what was made of a Pod is given again until its status or another input is another", () => {
  const remembered = podMemo<object>();
  const status: Pod["status"] = { phase: "Running" };
  const made = remembered(running(status), ["node-1", undefined], () => ({}));
  const again = (of: Pod["status"], ...inputs: readonly (string | undefined)[]): boolean =>
    remembered(running(of), inputs, () => ({})) === made;
  expect(again(status, "node-1", undefined)).toBe(true);
  expect(again({ ...status }, "node-1", undefined)).toBe(false);
  expect(again(status, "node-1", "zone")).toBe(false);
  // The last alone is remembered.
  expect(again(status, "node-1", undefined)).toBe(false);
});

test("two memos do not know of each other", () => {
  const of = running({ phase: "Running" });
  const [first, second] = [podMemo<string>(), podMemo<string>()];
  expect([first(of, [], () => "a"), second(of, [], () => "b"), first(of, [], () => "c")]).toEqual(["a", "b", "a"]);
});

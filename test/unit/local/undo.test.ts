import { expect, test } from "vitest";
import { Undo } from "../../../local/undo.ts";

const failing = (message: string) => () => Promise.reject(new Error(message));

test("steps are taken back newest first, once", async () => {
  const taken: string[] = [];
  const undo = new Undo();
  undo.add(() => void taken.push("first"));
  undo.add(async () => void taken.push("second"));
  await undo.run();
  await undo.run();
  expect(taken).toEqual(["second", "first"]);
});

test("a step that fails keeps none of the others from being taken, and is told of at the end", async () => {
  const taken: string[] = [];
  const undo = new Undo();
  undo.add(() => void taken.push("lock released"));
  undo.add(failing("workerd does not end"));
  undo.add(() => void taken.push("socket closed"));
  await expect(undo.run()).rejects.toThrow("workerd does not end");
  expect(taken).toEqual(["socket closed", "lock released"]);
});

test("several failures are told of together", async () => {
  const undo = new Undo();
  undo.add(failing("one"));
  undo.add(failing("two"));
  await expect(undo.run()).rejects.toMatchObject({ errors: [{ message: "two" }, { message: "one" }] });
});

import { describe, expect, test } from "vitest";
import { servedText, ServedLog, type ServedLine } from "../../../shared/kubelet/served-log.ts";

const line = (n: number, changes: Partial<ServedLine> = {}): ServedLine => ({
  pod: "web",
  uid: "u-1",
  container: "main",
  time: n,
  text: `request ${n}`,
  ...changes,
});

function logOf(count: number): ServedLog {
  const log = new ServedLog();
  for (let i = 1; i <= count; i++) log.append(line(i));
  return log;
}

const texts = (log: ServedLog, after: number) => log.after("u-1", "main", after).lines.map(({ text }) => text);

describe("the log of a container", () => {
  test("gives what came after what was read", () => {
    const log = logOf(3);
    expect(texts(log, 1)).toEqual(["request 2", "request 3"]);
    expect(log.after("u-1", "main", 3)).toEqual({ lines: [], next: 3 });
    expect([log.hasAfter("u-1", "main", 2), log.hasAfter("u-1", "main", 3)]).toEqual([true, false]);
  });

  test("keeps the newest thousand lines", () => {
    const kept = texts(logOf(5_432), 0);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1_000, "request 4433", "request 5432"]);
  });

  test("is that of one container of one Pod, and goes with it", () => {
    const log = logOf(1);
    log.append(line(2, { container: "__proto__" }));
    log.append(line(3, { uid: "u-2" }));
    expect([texts(log, 0), log.after("u-1", "__proto__", 0).next]).toEqual([["request 1"], 1]);
    log.forget("u-1");
    expect([texts(log, 0), log.after("u-2", "main", 0).next]).toEqual([[], 1]);
  });

  test("is read from its start by who knows an earlier life of it", () => {
    expect(texts(logOf(2), 100)).toEqual(["request 1", "request 2"]);
  });
});

test("a line is never longer than a thousand characters, nor two lines", () => {
  const text = servedText("10.0.0.1", "GET", `/${"x".repeat(5_000)}`, 200);
  expect(text).toHaveLength(1_000);
  expect(servedText("::1", "GET", "/a\nb", 404)).toBe('::1 "GET /a\\nb HTTP/1.1" 404');
});

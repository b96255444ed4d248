/** How the lines of a watch become the pieces of a stream. */
import { expect, test } from "vitest";
import { watchStream } from "../../durable-objects/watch-stream.ts";
import { resourceKey } from "../../shared/registry/resource-kind.ts";
import type { WatchQuery } from "../../shared/storage/mutation.ts";
import type { Sink } from "../../shared/storage/reader.ts";

const query: WatchQuery = {
  resource: resourceKey({ group: "", plural: "configmaps" }),
  namespace: "",
  allowWatchBookmarks: false,
  timeoutSeconds: 60,
};

/** A watch whose lines the test sends, and a way to read its next piece. */
function open(first: readonly string[]) {
  let sink: Sink | undefined;
  const answer = watchStream(
    query,
    (opened) => {
      sink = opened;
      for (const line of first) opened.send(line);
      return { ok: true, value: () => undefined };
    },
    () => "",
  );
  if (!answer.ok || sink === undefined) throw new Error("refused");
  const reader = answer.stream.getReader();
  const decoder = new TextDecoder();
  const read = async (): Promise<string | null> => {
    const { value, done } = await reader.read();
    return done ? null : decoder.decode(value);
  };
  return { sink, read };
}

test("a line goes out at once, those that follow it closely go together, in order", async () => {
  const { sink, read } = open([]);
  sink.send("a\n");
  expect(await read()).toBe("a\n");
  for (const line of ["b\n", "c\n", "d\n"]) sink.send(line);
  expect(await read()).toBe("b\nc\nd\n");
});

test("the first lines are there when the watch is, and nothing is lost at its end", async () => {
  const { sink, read } = open(["a\n", "b\n", "c\n"]);
  expect([await read(), await read()]).toEqual(["a\n", "b\nc\n"]);
  sink.send("d\n");
  sink.send("e\n");
  sink.end();
  sink.send("after the end\n");
  let rest = "";
  for (let piece = await read(); piece !== null; piece = await read()) rest += piece;
  expect(rest).toBe("d\ne\n");
});

test("what waits is bounded: long lines do not wait for others", async () => {
  const long = `${"x".repeat(100_000)}\n`;
  const { sink, read } = open([]);
  sink.send("a\n");
  sink.send(long);
  sink.send("b\n");
  expect([await read(), await read()]).toEqual(["a\n", long]);
});

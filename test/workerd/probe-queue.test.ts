import { expect, test } from "vitest";
import { ProbeQueue, type DueProbe } from "../../durable-objects/probe-queue.ts";

/** Probes that last until they are let go, and the order in which they began. */
function patience() {
  const begun: string[] = [];
  const waiting: (() => void)[] = [];
  const due = (flow: string, count: number): readonly DueProbe[] =>
    Array.from({ length: count }, () => ({
      key: {},
      flow,
      run: () => {
        begun.push(flow);
        return new Promise<void>((resolve) => waiting.push(resolve));
      },
    }));
  return { begun, due, finishOne: () => waiting.shift()?.() };
}

test("one with thousands of endpoints does not keep the others waiting", async () => {
  const { begun, due, finishOne } = patience();
  const left = [...due("service/huge", 1_000)];
  const queue = new ProbeQueue({
    env: {},
    sources: [{ nextDue: () => 0, begin: () => left.splice(0) }],
    changed: () => undefined,
  });
  queue.tick(0);
  const places = begun.length;
  left.push(...due("pod/a", 1), ...due("service/small", 2));
  queue.tick(100);
  for (let i = 0; i < 6; i++) finishOne();
  await expect.poll(() => begun.slice(places)).toHaveLength(6);
  expect(begun.slice(places)).toEqual([
    "service/huge",
    "pod/a",
    "service/small",
    "service/huge",
    "service/small",
    "service/huge",
  ]);
});

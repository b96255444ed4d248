import { describe, expect, test } from "vitest";
import type { ContainerStatus, Pod } from "../../../../shared/api/core-v1/pod.ts";
import { backOffMessage, backOffSeconds, restartDueAt } from "../../../../shared/controllers/kubelet/back-off.ts";
import { toTime } from "../../../../shared/runtime/host.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number): string => toTime(START + seconds * 1000);

/** A run that began at `started`, after one that ended at `ended`. */
const status = (restartCount: number, ended: number | null, started: number): ContainerStatus => ({
  name: "web",
  image: "web",
  imageID: "web",
  ready: false,
  restartCount,
  state: { running: { startedAt: at(started) } },
  lastState: ended === null ? {} : { terminated: { exitCode: 137, finishedAt: at(ended) } },
});

test.each<[string, ContainerStatus, number, number]>([
  ["that ends for the first time starts at once", status(0, null, 0), 5, 0],
  ["that had started at once waits 10 s", status(1, 100, 100), 105, 10],
  ["that had waited 10 s waits 20 s", status(2, 100, 110), 115, 20],
  ["that had waited 20 s waits 40 s, though its timer was late", status(3, 100, 121), 125, 40],
  ["that had waited 160 s waits 5 min", status(6, 100, 260), 265, 300],
  ["that had waited 5 min waits 5 min", status(9, 100, 400), 405, 300],
  ["that has run for 10 min waits 40 s after 20 s", status(3, 100, 120), 120 + 600, 40],
  ["that has run for longer starts at once", status(9, 100, 400), 400 + 601, 0],
])("a container %s", (_, before, finished, seconds) => {
  expect(backOffSeconds(before, at(finished))).toBe(seconds);
});

describe("a container that waits", () => {
  const pod = { metadata: { name: "web", namespace: "shop", uid: "u-1" } } as Pod;
  const waiting = (message: string): ContainerStatus => ({
    ...status(1, 100, 0),
    state: { waiting: { reason: "CrashLoopBackOff", message } },
  });

  test.each([10, 20, 40, 80, 160, 300])("for %i s starts when they are over", (seconds) => {
    expect(restartDueAt(waiting(backOffMessage(pod, "web", seconds)))).toBe(START + (100 + seconds) * 1000);
  });

  test("says so as Go does", () => {
    const message = backOffMessage(pod, "web", 160);
    expect(message).toBe("back-off 2m40s restarting failed container=web pod=web_shop(u-1)");
  });

  test("with a message that is not the kubelet's does not wait any longer", () => {
    expect(restartDueAt(waiting("back-off __proto__ restarting"))).toBe(START + 100_000);
    expect(restartDueAt(status(1, 100, 110))).toBeNull();
  });
});

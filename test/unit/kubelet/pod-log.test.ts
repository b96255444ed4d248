import { describe, expect, test } from "vitest";
import type { ContainerState, Pod } from "../../../shared/api/core-v1/pod.ts";
import { formatLog, logContainer, logHasEnded, logLines } from "../../../shared/kubelet/pod-log.ts";
import { podLogOptions } from "../../../shared/kubelet/pod-log-options.ts";

const STARTED = "2026-01-01T00:00:00Z";
const ENDED = "2026-01-01T00:01:00Z";
const NOW = Date.parse("2026-01-01T00:02:00Z");

const pod = (containers: readonly string[], state?: ContainerState, more: object = {}) =>
  ({
    metadata: { name: "web", namespace: "shop" },
    spec: { nodeName: "node-1", containers: containers.map((name) => ({ name, image: "nginx" })), ...more },
    status: { containerStatuses: state === undefined ? [] : containers.map((name) => ({ name, state })) },
  }) as unknown as Pod;

const running: ContainerState = { running: { startedAt: STARTED } };
const ended: ContainerState = { terminated: { exitCode: 3, startedAt: STARTED, finishedAt: ENDED } };

const options = (query: string) => {
  const parsed = podLogOptions(new URLSearchParams(query), "web", NOW);
  return parsed.ok ? parsed.value : expect.fail(parsed.status.message ?? "");
};
const text = (subject: Pod, query: string): string => {
  const lines = logLines(subject, "a", false);
  if (!lines.ok) return lines.status.message ?? "";
  return new TextDecoder().decode(formatLog(lines.value, options(query)));
};

describe("the container", () => {
  test.each<[string, Pod, string, string]>([
    ["is the only one", pod(["a"]), "", "a"],
    ["is the one asked for", pod(["a", "b"]), "b", "b"],
    ["may be an init container", pod(["a"], running, { initContainers: [{ name: "i" }] }), "i", "i"],
  ])("%s", (_, subject, asked, expected) => {
    expect(logContainer(subject, asked)).toEqual({ ok: true, value: expected });
  });

  test.each<[string, Pod, string, string]>([
    ["that does not exist", pod(["a"]), "__proto__", "container __proto__ is not valid for pod web"],
    [
      "that is one of several",
      pod(["a", "b"]),
      "",
      "a container name must be specified for pod web, choose one of: [a b]",
    ],
  ])("%s is a bad request", (_, subject, asked, message) => {
    expect(logContainer(subject, asked)).toMatchObject({ ok: false, status: { code: 400, message } });
  });
});

describe("the log", () => {
  const start = "wherry: container a started from image nginx";
  const end = "wherry: container a ended with exit code 3";
  test.each<[string, Pod, string, string]>([
    [
      "says when the container started",
      pod(["a"], running),
      "timestamps=true",
      `${STARTED.replace("Z", ".000000000Z")} ${start}\n`,
    ],
    ["says how it ended", pod(["a"], ended), "", `${start}\n${end}\n`],
    ["may be cut to its tail", pod(["a"], ended), "tailLines=1", `${end}\n`],
    ["may have no tail", pod(["a"], ended), "tailLines=0", ""],
    ["may begin at a time", pod(["a"], ended), "sinceSeconds=90", `${end}\n`],
    ["may begin at a given time", pod(["a"], ended), `sinceTime=${ENDED}`, `${end}\n`],
    ["may be cut at a byte", pod(["a"], running), "limitBytes=6", "wherry"],
    ["is empty before there is a node", pod(["a"], running, { nodeName: undefined }), "", ""],
    [
      "is not there before the container is",
      pod(["a"], { waiting: { reason: "ContainerCreating" } }),
      "",
      'container "a" in pod "web" is waiting to start: ContainerCreating',
    ],
    [
      "is not there before anything is known",
      pod(["a"]),
      "",
      'container "a" in pod "web" is waiting to start - no logs yet',
    ],
  ])("%s", (_, subject, query, expected) => {
    expect(text(subject, query)).toBe(expected);
  });

  test("of an earlier run is what that run said; also while the next one waits to start", () => {
    const again = pod(["a"], running);
    const [status] = again.status.containerStatuses ?? [];
    if (status === undefined) throw new Error("no status");
    const withState = (state: ContainerState): Pod => ({
      ...again,
      status: { containerStatuses: [{ ...status, state, lastState: ended }] },
    });
    const lines = (subject: Pod, previous: boolean) => {
      const found = logLines(subject, "a", previous);
      return found.ok ? found.value.map((line) => line.text) : expect.fail(found.status.message ?? "");
    };
    expect(lines(withState(running), true)).toEqual([start, end]);
    expect(lines(withState(running), false)).toEqual([start]);
    expect(lines(withState({ waiting: { reason: "CrashLoopBackOff" } }), false)).toEqual([start, end]);
  });

  test("has what was served in the run, not what was served before it", () => {
    const served = ["2025-12-31T23:59:59.500Z", "2026-01-01T00:00:00.250Z", "2026-01-01T00:01:00.100Z"].map(
      (time, i) => ({
        time,
        text: `request ${i}`,
      }),
    );
    const lines = (state: ContainerState) => {
      const found = logLines(pod(["a"], state), "a", false, served);
      return found.ok ? found.value.map((line) => line.text) : expect.fail(found.status.message ?? "");
    };
    expect(lines(running)).toEqual([start, "request 1", "request 2"]);
    expect(lines(ended)).toEqual([start, "request 1", end]);
  });

  test("of an earlier run is not there when the container has not restarted", () => {
    const message = 'previous terminated container "a" in pod "web" not found';
    expect(logLines(pod(["a"], running), "a", true)).toMatchObject({ ok: false, status: { code: 400, message } });
  });

  test("has ended when its container or its Pod has", () => {
    expect([pod(["a"], running), pod(["a"], ended)].map((p) => logHasEnded(p, "a"))).toEqual([false, true]);
    expect(logHasEnded({ ...pod(["a"], running), status: { phase: "Failed" } }, "a")).toBe(true);
  });
});

import { describe, expect, test } from "vitest";
import type { Pod } from "../../../../../shared/api/core-v1/pod.ts";
import { podStrategy } from "../../../../../shared/registry/core-v1/pod/strategy.ts";
import { create, update } from "../../kind-fixture.ts";

const web = { name: "web", image: "nginx" };
const pod = (spec: object = {}): Pod => create<Pod>("pods", { spec: { containers: [web], ...spec } }).object;

test("a new Pod is pending, whatever its author says, and has its defaults", () => {
  const { object, errors } = create<Pod>("pods", { spec: { containers: [web] }, status: { phase: "Running" } });
  expect(errors).toEqual([]);
  expect(object.status).toEqual({ phase: "Pending", qosClass: "BestEffort" });
  expect(object.spec).toMatchObject({
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
  });
});

describe("grace", () => {
  const running = { nodeName: "node-1" };
  test.each([
    ["a running Pod has its own", pod({ ...running, terminationGracePeriodSeconds: 7 }), 7],
    ["a running Pod has 30 seconds", pod(running), 30],
    ["an immediate end is granted", pod({ ...running, terminationGracePeriodSeconds: 0 }), 0],
    ["a Pod that runs nowhere has none", pod(), 0],
    ["a Pod that has ended has none", { ...pod(running), status: { phase: "Succeeded" as const } }, 0],
  ])("%s", (_, object, seconds) => {
    expect(podStrategy.gracePeriodSeconds?.(object)).toBe(seconds);
  });
});

const FORBIDDEN = "spec: Forbidden: pod updates may not change fields other than";

describe("a change", () => {
  const old = { ...pod(), status: { phase: "Running" } } as Pod;
  const spec = old.spec as unknown as Record<string, unknown>;
  test.each([
    ["of the image is taken", { containers: [{ ...old.spec.containers[0], image: "nginx:1.27" }] }, []],
    ["that adds a toleration is taken", { tolerations: [{ key: "a", operator: "Exists" }] }, []],
    ["that sets a deadline is taken", { activeDeadlineSeconds: 5 }, []],
    ["of the node is refused", { nodeName: "other" }, [FORBIDDEN]],
    ["of a port is refused", { containers: [{ ...web, ports: [{ containerPort: 80 }] }] }, [FORBIDDEN]],
    [
      "that adds a container is refused",
      { containers: [web, { ...web, name: "b" }] },
      ["spec.containers: Forbidden: pod updates may not add or remove containers"],
    ],
  ])("%s", (_, changes, expected) => {
    const { errors } = update("pods", old, { spec: { ...spec, ...changes } });
    expect(errors.map((e) => (e.startsWith(FORBIDDEN) ? FORBIDDEN : e))).toEqual(expected);
  });

  test("of the status through the Pod itself is ignored", () => {
    expect(update("pods", old, { status: { phase: "Failed" } }).object.status).toEqual({ phase: "Running" });
  });
});

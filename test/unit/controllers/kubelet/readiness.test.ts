import { describe, expect, test } from "vitest";
import { containerReadiness, containersReady, podReady } from "../../../../shared/controllers/kubelet/readiness.ts";
import { podSpec } from "../objects.ts";

const status = (name: string, ready: boolean) => ({ name, ready, restartCount: 0, image: "", imageID: "" });

describe("readiness", () => {
  test.each([
    ["no probes: started and ready", {}, { started: true, ready: true }],
    [
      "startup has not succeeded: nothing counts",
      { startup: false, readiness: true },
      { started: false, ready: false },
    ],
    ["readiness has failed: started, not ready", { startup: true, readiness: false }, { started: true, ready: false }],
  ])("of a container: %s", (_, probes, expected) => {
    expect(containerReadiness(probes)).toEqual(expected);
  });

  test("of containers names those that are not", () => {
    expect(containersReady([status("a", false), status("b", true), status("c", false)])).toEqual({
      status: "False",
      reason: "ContainersNotReady",
      message: "containers with unready status: [a c]",
    });
  });

  test("of a Pod asks for every gate", () => {
    const spec = podSpec({ readinessGates: [{ conditionType: "x" }, { conditionType: "y" }] });
    const verdict = podReady(spec, { status: "True" }, [{ type: "x", status: "False" }]);
    expect(verdict.message).toBe(
      'the status of pod readiness gate "x" is not "True", but False, corresponding condition of pod readiness gate "y" does not exist.',
    );
  });
});

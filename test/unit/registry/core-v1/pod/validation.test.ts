import { describe, expect, test } from "vitest";
import { create } from "../../kind-fixture.ts";

const web = { name: "web", image: "nginx" };
const container = (fields: object) => ({ containers: [{ ...web, ...fields }] });

describe("good Pods", () => {
  test.each([
    ["one container", { containers: [web] }],
    [
      "probes",
      container({ readinessProbe: { httpGet: { port: "http" } }, livenessProbe: { tcpSocket: { port: 80 } } }),
    ],
    ["a hook that sleeps", container({ lifecycle: { preStop: { sleep: { seconds: 5 } } } })],
    [
      "a sidecar with a probe",
      {
        containers: [web],
        initContainers: [{ name: "a", image: "b", restartPolicy: "Always", readinessProbe: { httpGet: { port: 80 } } }],
      },
    ],
    [
      "a mounted volume",
      { ...container({ volumeMounts: [{ name: "v", mountPath: "/v" }] }), volumes: [{ name: "v", emptyDir: {} }] },
    ],
    ["relaxed names of variables", container({ env: [{ name: "a.b-c/d 1", value: "x" }] })],
  ])("%s", (_, spec) => {
    expect(create("pods", { spec }).errors).toEqual([]);
  });
});

describe("bad Pods", () => {
  const port = "must be between 1 and 65535, inclusive";
  test.each([
    ["without containers", {}, ["spec.containers: Required value"]],
    ["without an image", { containers: [{ name: "web" }] }, ["spec.containers[0].image: Required value"]],
    ["without a name", { containers: [{ image: "a" }] }, ["spec.containers[0].name: Required value"]],
    [
      "with a name twice",
      { containers: [web], initContainers: [web] },
      ['spec.initContainers[0].name: Duplicate value: "web"'],
    ],
    [
      "with spaces round the image",
      container({ image: " a" }),
      ['spec.containers[0].image: Invalid value: " a": must not have leading or trailing whitespace'],
    ],
    [
      "with a port out of range",
      container({ ports: [{ containerPort: 70_000 }] }),
      [`spec.containers[0].ports[0].containerPort: Invalid value: 70000: ${port}`],
    ],
    [
      "without a port's number",
      container({ ports: [{ name: "a" }] }),
      ["spec.containers[0].ports[0].containerPort: Required value"],
    ],
    [
      "with a port's name twice",
      container({
        ports: [
          { name: "a", containerPort: 1 },
          { name: "a", containerPort: 2 },
        ],
      }),
      ['spec.containers[0].ports[1].name: Duplicate value: "a"'],
    ],
    [
      "with a probe that does nothing",
      container({ readinessProbe: {} }),
      ["spec.containers[0].readinessProbe: Required value: must specify a handler type"],
    ],
    [
      "with a probe that does two things",
      container({ readinessProbe: { httpGet: { port: 80 }, tcpSocket: { port: 80 } } }),
      ["spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"],
    ],
    [
      "with a liveness probe that must succeed twice",
      container({ livenessProbe: { httpGet: { port: 80 }, successThreshold: 2 } }),
      ["spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"],
    ],
    [
      "with a hook that sleeps too long",
      container({ lifecycle: { preStop: { sleep: { seconds: 31 } } } }),
      [
        "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)",
      ],
    ],
    [
      "with a probe of an init container",
      { containers: [web], initContainers: [{ name: "a", image: "b", livenessProbe: { httpGet: { port: 80 } } }] },
      [
        "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
      ],
    ],
    [
      "with a mount of nothing",
      container({ volumeMounts: [{ name: "v", mountPath: "/v" }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
    [
      "with two mounts in one place",
      {
        ...container({
          volumeMounts: [
            { name: "v", mountPath: "/v" },
            { name: "v", mountPath: "/v" },
          ],
        }),
        volumes: [{ name: "v", emptyDir: {} }],
      },
      ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/v": must be unique'],
    ],
    [
      "with a bad policy",
      { containers: [web], restartPolicy: "Sometimes" },
      ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"'],
    ],
    [
      "with a negative grace",
      { containers: [web], terminationGracePeriodSeconds: -1 },
      ["spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0"],
    ],
    [
      "with a host name of two labels",
      { containers: [web], hostname: "a.b" },
      ['spec.hostname: Invalid value: "a.b": must not contain dots'],
    ],
  ])("%s", (_, spec, expected) => {
    expect(create("pods", { spec }).errors).toEqual(expected);
  });
});

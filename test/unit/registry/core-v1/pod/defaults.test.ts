import { describe, expect, test } from "vitest";
import {
  defaultPodOnlySpec,
  defaultPodSpec,
  imageTag,
  withDefaultTolerations,
} from "../../../../../shared/registry/core-v1/pod/defaults.ts";

const NOT_READY = "node.kubernetes.io/not-ready";
const UNREACHABLE = "node.kubernetes.io/unreachable";

describe("a Pod puts up with nodes in trouble", () => {
  test.each([
    ["for 300 s", [], [NOT_READY, UNREACHABLE]],
    ["as it says itself", [{ key: NOT_READY, operator: "Exists" as const }], [UNREACHABLE]],
    ["of one effect as of all", [{ key: UNREACHABLE, effect: "NoExecute", tolerationSeconds: 1 }], [NOT_READY]],
    ["also where it says so of another effect", [{ key: NOT_READY, effect: "NoSchedule" }], [NOT_READY, UNREACHABLE]],
    ["for ever where it puts up with everything", [{ operator: "Exists" as const }], []],
  ])("%s", (_, tolerations, added) => {
    expect(withDefaultTolerations({ tolerations }).tolerations).toEqual([
      ...tolerations,
      ...added.map((key) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 })),
    ]);
  });
});

describe("the tag of an image", () => {
  test.each([
    ["nginx", "latest"],
    ["nginx:1.27", "1.27"],
    ["nginx:latest", "latest"],
    ["registry.example:5000/team/web", "latest"],
    ["registry.example:5000/team/web:v2", "v2"],
    ["nginx@sha256:0123", ""],
    ["nginx:1.27@sha256:0123", "1.27"],
    ["", ""],
  ])("of %j is %j", (image, tag) => expect(imageTag(image)).toBe(tag));
});

describe("a Pod spec", () => {
  test("pulls always what is tagged latest, and otherwise only what is not there", () => {
    const spec = defaultPodSpec({
      containers: [
        { name: "a", image: "nginx" },
        { name: "b", image: "nginx:1" },
        { name: "c", image: "nginx", imagePullPolicy: "Never" },
      ],
      initContainers: [{ name: "d", image: "busybox:1" }],
    });
    expect(spec.containers.map((container) => container.imagePullPolicy)).toEqual(["Always", "IfNotPresent", "Never"]);
    expect(spec.initContainers).toEqual([{ name: "d", image: "busybox:1", imagePullPolicy: "IfNotPresent" }]);
  });

  test("gives a volume without a source an emptyDir, and an image volume its pull policy", () => {
    const volumes = [{ name: "a" }, { name: "b", secret: {} }, { name: "c", image: { reference: "x:1" } }];
    expect(defaultPodSpec({ containers: [], volumes }).volumes).toEqual([
      { name: "a", emptyDir: {} },
      { name: "b", secret: {} },
      { name: "c", image: { reference: "x:1", pullPolicy: "IfNotPresent" } },
    ]);
  });

  test.each([
    ["the older name", { serviceAccount: "a" }, { serviceAccountName: "a", serviceAccount: "a" }],
    ["the present name", { serviceAccountName: "b" }, { serviceAccountName: "b", serviceAccount: "b" }],
    [
      "both: the present one wins",
      { serviceAccountName: "b", serviceAccount: "a" },
      { serviceAccountName: "b", serviceAccount: "b" },
    ],
    ["neither", {}, {}],
  ])("names its account by %s", (_name, spec, expected) => expect(defaultPodSpec(spec)).toEqual(expected));

  test("without containers is left for validation to refuse", () => expect(defaultPodSpec({})).toEqual({}));
});

describe("a Pod, but no template,", () => {
  test("requests what it limits and does not request", () => {
    const resources = { limits: { cpu: "2", memory: "1Gi" }, requests: { cpu: "1" } };
    expect(defaultPodOnlySpec({ containers: [{ name: "a", resources }] }).containers).toEqual([
      { name: "a", resources: { limits: resources.limits, requests: { cpu: "1", memory: "1Gi" } } },
    ]);
  });

  test("on the host network takes its container ports as host ports", () => {
    const ports = [{ containerPort: 80 }, { containerPort: 81, hostPort: 8081 }];
    const onHost = defaultPodOnlySpec({ hostNetwork: true, containers: [{ name: "a", ports }] });
    expect(onHost.containers[0]?.ports).toEqual([
      { containerPort: 80, hostPort: 80 },
      { containerPort: 81, hostPort: 8081 },
    ]);
    expect(defaultPodOnlySpec({ containers: [{ name: "a", ports }] }).containers[0]?.ports).toEqual(ports);
  });

  test("has service links unless it declines them", () => {
    expect(defaultPodOnlySpec({}).enableServiceLinks).toBe(true);
    expect(defaultPodOnlySpec({ enableServiceLinks: false }).enableServiceLinks).toBe(false);
  });
});

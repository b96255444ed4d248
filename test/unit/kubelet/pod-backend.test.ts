import { expect, test } from "vitest";
import type { Pod } from "../../../shared/api/core-v1/pod.ts";
import type { Service } from "../../../shared/api/core-v1/service.ts";
import { annotatedServices, podBackendTarget } from "../../../shared/kubelet/pod-backend.ts";

const backend = (url: string) => ({ annotations: { "wherry.internal/backend": url } });
const pod = (metadata: object = {}): Pod =>
  ({
    metadata: { name: "web-1", namespace: "shop", uid: "u", labels: { app: "web" }, ...metadata },
    spec: {
      containers: [
        { name: "a", image: "acme/web:1", ports: [{ containerPort: 80 }] },
        { name: "b", image: "acme/side:1", ports: [{ containerPort: 90 }] },
      ],
    },
    status: { podIP: "10.244.0.9" },
  }) as unknown as Pod;
const service = (name: string, url: string | null, selector: object = { app: "web" }): Service =>
  ({ metadata: { name, ...(url === null ? {} : backend(url)) }, spec: { selector } }) as unknown as Service;

const SIDE = { "acme/side": "http://127.0.0.1:9/side" };

test.each<[string, Pod, readonly Service[], number, object]>([
  ["the built-in one where nothing is said", pod(), [], 80, { kind: "builtin" }],
  ["its image's, by the container that has the port", pod(), [], 90, { kind: "url", base: "http://127.0.0.1:9/side" }],
  ["its own annotation's before its image's", pod(backend("binding:SHOP")), [], 90, { kind: "binding", name: "SHOP" }],
  [
    "that of a Service that selects it before its own",
    pod(backend("http://own")),
    [service("web", "http://svc/b")],
    80,
    { kind: "url", base: "http://svc/b" },
  ],
  [
    "that of the first such Service",
    pod(),
    [service("z", "http://z"), service("b", "http://b")],
    80,
    { kind: "url", base: "http://b" },
  ],
  [
    "not that of a Service for others",
    pod(),
    [service("web", "http://svc", { app: "api" }), service("all", "http://x", {})],
    80,
    { kind: "builtin" },
  ],
  ["not what no annotation may say", pod(), [service("web", "ftp://svc"), service("c", null)], 80, { kind: "builtin" }],
])("a Pod's backend is %s", (_, subject, services, port, expected) => {
  const found = podBackendTarget(subject, port, { services: annotatedServices(services), imageRules: SIDE });
  expect(found).toMatchObject(expected);
});

/** Controllers write past the API's checks: what they write must be what the API would have let through. */
import { expect, test } from "vitest";
import { controllers } from "../../../shared/controllers/index.ts";
import { deployments, pods, services } from "../../../shared/controllers/resources.ts";
import { kinds } from "../../../shared/registry/index.ts";
import { resourceKey } from "../../../shared/registry/resource-kind.ts";
import { checkFields } from "../../../shared/registry/schema/check-fields.ts";
import { createHarness } from "./harness.ts";
import { container, deployment, pod, service } from "./objects.ts";

test("every object that controllers write has only known fields and is valid", () => {
  const harness = createHarness({ namespace: "default" });
  harness.restart();
  const gated = {
    readinessGates: [{ conditionType: "example.com/warm" }],
    initContainers: [container({ name: "once" })],
  };
  harness.write(
    services.put(service("web")),
    services.put(service("all", { clusterIP: "None", clusterIPs: ["None"], selector: { app: "web" } })),
    deployments.put(deployment("web", { minReadySeconds: 3 })),
    pods.put(pod("gated", gated)),
  );
  const [first] = harness.list(pods);
  harness.write(pods.delete(first?.metadata.name ?? ""));
  let seen = 0;
  for (const kind of kinds) {
    for (const object of harness.view.list(resourceKey(kind))) {
      const checked = checkFields(kind.schema, object, kind.kind);
      expect(checked).toMatchObject({ ok: true, unknown: [] });
      expect(kind.strategy.validate(object, { host: harness.host, serviceIPFamilies: ["IPv4"] })).toEqual([]);
      seen++;
    }
  }
  expect(seen).toBeGreaterThan(30);
});

test("controllers have different names, without slashes: timers are named after them", () => {
  const names = controllers.map((c) => c.name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.includes("/"))).toEqual([]);
});

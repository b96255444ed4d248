/** Pods come, go and change at random; the slices are compared with a plain model of what they should say. */
import { describe, expect, test } from "vitest";
import type { EndpointSlice } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import { endpointSlices, pods, services } from "../../../shared/controllers/resources.ts";
import type { Write } from "../../../shared/storage/view.ts";
import { random } from "../../suites/random.ts";
import { changesTo, createHarness, slicesOf, type Harness } from "./harness.ts";
import { container, deleteNow, pod, service, servicePort } from "./objects.ts";

const GATE = "example.com/warm";
const PORTS = [8080, 8080, 8080, 9090];

interface Modelled {
  readonly port: number;
  ready: boolean;
  terminating: boolean;
}

const newPod = (name: string, port: number) =>
  pod(name, {
    readinessGates: [{ conditionType: GATE }],
    terminationGracePeriodSeconds: 3600,
    containers: [container({ ports: [{ name: "http", containerPort: port, protocol: "TCP" }] })],
    nodeName: "node-1",
  });

const setReady = (harness: Harness, name: string, ready: boolean): Write => {
  const current = harness.get(pods, name);
  const others = (current.status.conditions ?? []).filter((c) => c.type !== GATE);
  const gate = { type: GATE, status: ready ? ("True" as const) : ("False" as const) };
  return pods.put({ ...current, status: { ...current.status, conditions: [...others, gate] } });
};

/** `name port ready` of every endpoint, from the slices. */
const shown = (slices: readonly EndpointSlice[]): readonly string[] =>
  slices
    .flatMap((s) =>
      s.endpoints.map(
        (e) => `${e.targetRef?.name} ${s.ports?.[0]?.port} ${e.conditions?.ready} ${e.conditions?.terminating}`,
      ),
    )
    .sort();

describe.each([1, 2, 3, 4])("with seed %i", (seed) => {
  test("slices say of each Pod what is so, hold at most a hundred, and one Pod's change touches few", () => {
    const chance = random(seed);
    const pick = (n: number) => Math.floor(chance() * n);
    const harness = createHarness();
    harness.write(services.put(service("web", { ports: [servicePort({ targetPort: "http" })] })));
    const model = new Map<string, Modelled>();
    let made = 0;
    const create = (): Write => {
      const name = `web-${made++}`;
      const port = PORTS[pick(PORTS.length)] ?? 8080;
      model.set(name, { port, ready: false, terminating: false });
      return pods.put({ ...newPod(name, port), metadata: { name, labels: { app: "web" } } });
    };
    harness.write(...Array.from({ length: 230 }, create));
    for (let step = 0; step < 120; step++) {
      const names = [...model.keys()];
      const name = names[pick(names.length)];
      const known = name === undefined ? undefined : model.get(name);
      let write: Write;
      const what = pick(16);
      if (name === undefined || known === undefined || what < 4) write = create();
      else if (what < 7) {
        model.delete(name);
        write = deleteNow(name);
      } else {
        known.ready = !known.ready;
        write = setReady(harness, name, known.ready);
      }
      const touched = changesTo(harness.write(write), endpointSlices);
      // A new Pod goes where there is room; one that goes may leave an empty slice behind.
      expect(touched.length, `step ${step}`).toBeLessThanOrEqual(1);
      const slices = slicesOf(harness.view, "web");
      expect(shown(slices)).toEqual([...model].map(([n, m]) => `${n} ${m.port} ${m.ready} ${m.terminating}`).sort());
      expect(Math.max(...slices.map((s) => s.endpoints.length))).toBeLessThanOrEqual(100);
    }
  });
});

import { expect, test } from "vitest";
import { configMaps } from "../../../shared/controllers/resources.ts";
import { createHarness } from "./harness.ts";

const NAME = "kube-root-ca.crt";

test("the root certificates are there when a namespace starts, come back when deleted, and when changed", () => {
  const harness = createHarness();
  harness.restart();
  const first = harness.get(configMaps, NAME);
  expect(first.data).toEqual({ "ca.crt": "" });
  harness.write(configMaps.delete(NAME));
  expect(harness.get(configMaps, NAME).metadata.uid).not.toBe(first.metadata.uid);
  harness.update(configMaps, NAME, (object) => ({
    ...object,
    metadata: { ...object.metadata, labels: { own: "label" } },
    data: { "ca.crt": "forged" },
  }));
  expect(harness.get(configMaps, NAME)).toMatchObject({
    metadata: { labels: { own: "label" } },
    data: { "ca.crt": "" },
  });
});

import { expect, test } from "vitest";
import { serviceAccounts } from "../../../shared/controllers/resources.ts";
import { createHarness } from "./harness.ts";

test("the default ServiceAccount is there when a namespace starts, and comes back", () => {
  const harness = createHarness();
  harness.restart();
  expect(harness.get(serviceAccounts, "default").metadata.namespace).toBe("shop");
  harness.write(serviceAccounts.delete("default"));
  expect(harness.get(serviceAccounts, "default")).toBeDefined();
});

import { describe, expect, test } from "vitest";
import { createChangeLog } from "../../../shared/proxy/change-log.ts";

describe("the change log", () => {
  test("it forgets the oldest half when full, and says so", () => {
    const log = createChangeLog(4);
    for (let revision = 1; revision <= 5; revision++) log.record(`k${revision}`, revision);
    expect(log.keysSince(1)).toBeNull();
    expect([...(log.keysSince(2) ?? [])]).toEqual(["k3", "k4", "k5"]);
    expect(log.hasChangesSince(1)).toBe(true);
    expect(log.hasChangesSince(5)).toBe(false);
  });

  test("half of one revision's records being forgotten makes that revision unknown", () => {
    const log = createChangeLog(2);
    log.record("a", 1);
    log.record("b", 2);
    log.record("c", 2);
    log.record("d", 2);
    expect(log.keysSince(1)).toBeNull();
    expect([...(log.keysSince(2) ?? ["null"])]).toEqual([]);
  });
});

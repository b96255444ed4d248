import { expect, test } from "vitest";
import { EventBudget } from "../../../../shared/controllers/kubelet/event-budget.ts";

test("lets 25 through, and then one in five minutes", () => {
  const budget = new EventBudget();
  const taken = (now: number): boolean => budget.take(now);
  expect(Array.from({ length: 30 }, () => taken(0)).filter(Boolean)).toHaveLength(25);
  expect([taken(299_000), taken(300_000), taken(300_001), taken(900_001), taken(900_002), taken(900_003)]).toEqual([
    false,
    true,
    false,
    true,
    true,
    false,
  ]);
});

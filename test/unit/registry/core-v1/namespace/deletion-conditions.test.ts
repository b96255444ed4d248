import { expect, test } from "vitest";
import type { Namespace } from "../../../../../shared/api/core-v1/namespace.ts";
import { withDeletionConditions } from "../../../../../shared/registry/core-v1/namespace/deletion-conditions.ts";

const namespace = (conditions?: Namespace["status"]["conditions"]) =>
  ({
    metadata: { name: "shop" },
    spec: {},
    status: { phase: "Terminating", ...(conditions === undefined ? {} : { conditions }) },
  }) as unknown as Namespace;
const content = (resources: Record<string, number>, finalizers: Record<string, number>) => ({
  resources: new Map(Object.entries(resources)),
  finalizers: new Map(Object.entries(finalizers)),
});
const said = ({ status }: Namespace) =>
  (status.conditions ?? []).map((c) => `${c.type}=${c.status} ${c.lastTransitionTime}`);
const HELD = content({ pods: 2, "deployments.apps": 1 }, { "example.com/hold": 3 });

test("what is left, and what holds it, is named and counted", () => {
  const { conditions = [] } = withDeletionConditions(namespace(), HELD, 0).status;
  expect(conditions.map(({ type, status }) => `${type}=${status}`)).toEqual([
    "NamespaceDeletionDiscoveryFailure=False",
    "NamespaceDeletionGroupVersionParsingFailure=False",
    "NamespaceDeletionContentFailure=False",
    "NamespaceContentRemaining=True",
    "NamespaceFinalizersRemaining=True",
  ]);
  expect(conditions.slice(3).map(({ message }) => message)).toEqual([
    "Some resources are remaining: deployments.apps has 1 resource instances, pods. has 2 resource instances",
    "Some content in the namespace has finalizers remaining: example.com/hold in 3 resource instances",
  ]);
});

test("nothing new to say is no change", () => {
  const once = withDeletionConditions(namespace(), HELD, 0);
  expect(withDeletionConditions(once, HELD, 60_000)).toBe(once);
});

test("only a change of status has a new time, and conditions of others stay", () => {
  const other = { type: "Mine", status: "True" } as const;
  const once = withDeletionConditions(namespace([other]), HELD, 0);
  const less = withDeletionConditions(once, content({ pods: 1 }, {}), 60_000);
  expect(said(less).slice(4)).toEqual([
    "NamespaceContentRemaining=True 1970-01-01T00:00:00Z",
    "NamespaceFinalizersRemaining=False 1970-01-01T00:01:00Z",
  ]);
  expect(less.status.conditions).toContain(other);
});

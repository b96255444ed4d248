import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { beginDeletion, deletionRequestedAt } from "../../../shared/storage/deletion.ts";
import { pod } from "../controllers/objects.ts";

const NOW = Date.parse("2026-01-01T00:00:00.250Z");

const stored = <T extends { metadata: object }>(draft: T, metadata: object = {}): T & KubeObject => ({
  ...draft,
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    uid: "u",
    resourceVersion: "7",
    creationTimestamp: "2025-01-01T00:00:00Z",
    namespace: "shop",
    ...draft.metadata,
    ...metadata,
  } as KubeObject["metadata"],
});

const at = (seconds: string) => `2026-01-01T00:00:${seconds}Z`;

describe("a deletion", () => {
  const graceful = { gracePeriodSeconds: () => 30 };
  const plain = { gracePeriodSeconds: null };
  const going = (grace: number, until: string, more: object = {}) =>
    stored(pod("web"), { deletionTimestamp: until, deletionGracePeriodSeconds: grace, ...more });
  type Outcome = "gone" | "unchanged" | { deletionTimestamp: string; deletionGracePeriodSeconds: number };

  test.each<[string, KubeObject, typeof graceful | typeof plain, number | undefined, Outcome]>([
    ["without grace removes at once", stored(pod("web")), plain, undefined, "gone"],
    ["of a kind without grace ignores what the client names", stored(pod("web")), plain, 30, "gone"],
    [
      "takes the kind's grace",
      stored(pod("web")),
      graceful,
      undefined,
      { deletionTimestamp: at("31"), deletionGracePeriodSeconds: 30 },
    ],
    [
      "takes the client's grace",
      stored(pod("web")),
      graceful,
      5,
      { deletionTimestamp: at("06"), deletionGracePeriodSeconds: 5 },
    ],
    ["with grace 0 removes at once", stored(pod("web")), graceful, 0, "gone"],
    [
      "waits for finalizers",
      stored(pod("web"), { finalizers: ["x"] }),
      plain,
      undefined,
      { deletionTimestamp: at("01"), deletionGracePeriodSeconds: 0 },
    ],
    ["asked for again changes nothing", going(30, at("40")), graceful, undefined, "unchanged"],
    ["asked for again cannot be put off", going(30, at("40")), graceful, 60, "unchanged"],
    [
      "asked for again can be brought forward",
      going(30, at("40")),
      graceful,
      10,
      { deletionTimestamp: at("20"), deletionGracePeriodSeconds: 10 },
    ],
    ["asked for again can be now", going(30, at("40")), graceful, 0, "gone"],
    [
      "now still waits for finalizers",
      going(30, at("40"), { finalizers: ["x"] }),
      graceful,
      0,
      { deletionTimestamp: at("10"), deletionGracePeriodSeconds: 0 },
    ],
  ])("%s", (_, object, strategy, gracePeriodSeconds, expected) => {
    const request = { strategy, now: NOW, ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) };
    const after = beginDeletion(object, request);
    if (expected === "gone") expect(after).toBeUndefined();
    else if (expected === "unchanged") expect(after).toBe(object);
    else expect(after?.metadata).toMatchObject(expected);
  });

  test("is a new generation, once", () => {
    const object = stored(pod("web"), { generation: 4 });
    expect(beginDeletion(object, { strategy: graceful, now: NOW })?.metadata.generation).toBe(5);
  });

  test("remembers when it was asked for, rounded up to a whole second", () => {
    const after = beginDeletion(stored(pod("web")), { strategy: graceful, now: NOW });
    if (after === undefined) throw new Error("gone");
    expect(deletionRequestedAt(after.metadata)).toBe(Date.parse("2026-01-01T00:00:01Z"));
    expect(deletionRequestedAt(stored(pod("web")).metadata)).toBeNull();
  });
});

/** How one table of an isolate stays fresh, on a clock that the test moves. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CachedTable, counters } from "../../../workers/cached-table.ts";
import type { Env } from "../../../workers/env.ts";

interface Delta {
  readonly revision: number;
  readonly full: boolean;
}

interface Question {
  readonly since: number;
  readonly wait: number;
  answer(revision: number, full?: boolean): Promise<void>;
  fail(): Promise<void>;
}

/** One table whose store is the test itself: every question waits until it is answered by hand. */
function table() {
  const questions: Question[] = [];
  const applied: Delta[] = [];
  const background: Promise<unknown>[] = [];
  const cached = new CachedTable<Delta>({
    name: "the test",
    ask: (_env, since, wait) =>
      new Promise((resolve, reject) => {
        const settle = (act: () => void): Promise<void> => {
          act();
          return vi.advanceTimersByTimeAsync(0).then(() => undefined);
        };
        questions.push({
          since,
          wait,
          answer: (revision, full = false) => settle(() => resolve({ revision, full })),
          fail: () => settle(() => reject(new Error("the store is out of order"))),
        });
      }),
    apply: (delta) => applied.push(delta),
  });
  const env = {} as Env;
  const context = { waitUntil: (promise: Promise<unknown>) => background.push(promise) } as unknown as ExecutionContext;
  return {
    cached,
    questions,
    applied,
    background,
    isFresh: () => cached.isFresh(Date.now(), env, context),
    refresh: () => cached.refresh(env, context),
    recheck: () => cached.recheck(env, context),
    /** A table that has just been read, at revision 5; its long question is the last of `questions`. */
    start: async () => {
      const ready = cached.refresh(env, context);
      await questions[0]?.answer(5, true);
      expect(await ready).toBe(true);
    },
  };
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

/** What was counted since the test began. */
let before = { ...counters };
const counted = (name: keyof typeof counters): number => counters[name] - before[name];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  before = { ...counters };
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a table that was never read", () => {
  test("is not fresh, and asks for all there is", async () => {
    const { isFresh, questions, start } = table();
    expect(isFresh()).toBe(false);
    await start();
    expect(questions.map(({ since, wait }) => [since, wait])).toEqual([
      [-1, 0],
      [5, 20_000],
    ]);
    expect(isFresh()).toBe(true);
  });

  test("is waited for ten seconds, and then there is none", async () => {
    const { refresh, isFresh } = table();
    const ready = refresh();
    await pass(9_999);
    let settled = false;
    void ready.then(() => (settled = true));
    await pass(0);
    expect(settled).toBe(false);
    await pass(1);
    expect([await ready, isFresh(), counted("failures")]).toEqual([false, false, 1]);
  });

  test("whose store throws cannot be had at once, and is tried again by the next request", async () => {
    const { refresh, questions } = table();
    const ready = refresh();
    await questions[0]?.fail();
    expect(await ready).toBe(false);
    const again = refresh();
    await questions[1]?.answer(3, true);
    expect(await again).toBe(true);
  });
});

describe("a table in use", () => {
  test("has one question outstanding, however many requests there are", async () => {
    const { start, isFresh, questions, background } = table();
    await start();
    for (let i = 0; i < 1_000; i++) {
      expect(isFresh()).toBe(true);
      await pass(10);
    }
    expect([questions.length, background.length]).toEqual([2, 1]);
  });

  test("takes a change when it comes, and asks at once for the next", async () => {
    const { start, questions, applied, isFresh } = table();
    await start();
    await pass(100);
    isFresh();
    await questions[1]?.answer(6);
    expect(applied.map(({ revision }) => revision)).toEqual([5, 6]);
    expect(questions).toHaveLength(3);
    expect(questions[2]).toMatchObject({ since: 6, wait: 19_900 });
  });

  test("that nothing changes costs one call in twenty seconds", async () => {
    const { start, questions, isFresh } = table();
    await start();
    for (let second = 0; second < 200; second++) {
      for (let i = 0; i < 10; i++) {
        expect(isFresh()).toBe(true);
        await pass(100);
      }
      // The store answers when the wait is over.
      const last = questions.at(-1);
      if (second % 20 === 19) await last?.answer(5);
    }
    expect(questions.length).toBeLessThanOrEqual(12);
  });

  test("is not turned back by an answer that comes late", async () => {
    const { start, refresh, questions, applied } = table();
    await start();
    const first = refresh();
    const second = refresh();
    await questions[3]?.answer(9);
    await questions[2]?.answer(7);
    await Promise.all([first, second]);
    expect(applied.map(({ revision }) => revision)).toEqual([5, 9]);
  });

  test("is replaced by a full one of an older revision: its store has lost its history", async () => {
    const { start, questions, applied } = table();
    await start();
    await questions[1]?.answer(2, true);
    expect(applied.at(-1)).toEqual({ revision: 2, full: true });
    expect(questions.at(-1)?.since).toBe(2);
  });

  test("stops asking when nobody has used it for half of the wait, so that its store may sleep", async () => {
    const { start, questions, isFresh } = table();
    await start();
    isFresh();
    await pass(15_000);
    await questions[1]?.answer(6);
    expect(questions).toHaveLength(2);
    expect(isFresh()).toBe(true);
    expect(questions).toHaveLength(3);
  });
});

describe("a table without an outstanding question", () => {
  /** The one long question has ended, as it does when traffic pauses. */
  async function idle() {
    const it = table();
    await it.start();
    it.isFresh();
    await pass(15_000);
    await it.questions[1]?.answer(5);
    expect(it.questions).toHaveLength(2);
    return it;
  }

  test("is good for 50 ms, and starts a question with its next use", async () => {
    const { isFresh, questions } = await idle();
    await pass(50);
    expect([isFresh(), questions.length]).toEqual([true, 3]);
  });

  test("and older than that is asked for before it is used", async () => {
    const { isFresh, refresh, questions } = await idle();
    await pass(51);
    expect([isFresh(), questions.length]).toEqual([false, 2]);
    const ready = refresh();
    expect(questions[2]).toMatchObject({ since: 5, wait: 0 });
    await questions[2]?.answer(6);
    expect([await ready, isFresh(), questions.length]).toEqual([true, true, 4]);
  });

  test("because the question was lost asks anew after 22 s", async () => {
    const { start, isFresh, questions } = table();
    await start();
    await pass(21_999);
    expect(isFresh()).toBe(true);
    await pass(1);
    expect([isFresh(), questions.length]).toEqual([false, 2]);
  });

  test("is not overtaken by the question that was thought lost", async () => {
    const { start, refresh, questions, isFresh } = table();
    await start();
    await pass(22_000);
    const ready = refresh();
    await questions[2]?.answer(8);
    await ready;
    expect(isFresh()).toBe(true);
    // The lost one turns up: it is answered, and does not go on beside the new one.
    await questions[1]?.answer(5);
    expect(questions.map(({ wait }) => wait > 0)).toEqual([false, true, false, true]);
  });
});

describe("a recheck", () => {
  test("alone asks at once, and returns with the answer", async () => {
    const { start, recheck, questions, applied } = table();
    await start();
    const done = recheck();
    expect(questions[2]).toMatchObject({ since: 5, wait: 0 });
    await questions[2]?.answer(6);
    await done;
    expect(applied.at(-1)?.revision).toBe(6);
  });

  test("is not content with an answer to a question from before", async () => {
    const { start, recheck, questions } = table();
    await start();
    const first = recheck();
    await pass(5);
    let settled = false;
    const second = recheck().then(() => (settled = true));
    await questions[2]?.answer(6);
    await first;
    expect([settled, questions.length]).toEqual([false, 3]);
    await pass(5);
    expect(questions[3]).toMatchObject({ since: 6, wait: 0 });
    await questions[3]?.answer(7);
    expect(await second).toBe(true);
  });

  test("that waits takes another's answer for its own, if that was asked later", async () => {
    const { start, recheck, questions } = table();
    await start();
    const first = recheck();
    await pass(1);
    const others = Array.from({ length: 100 }, recheck);
    await questions[2]?.answer(5);
    await first;
    await pass(9);
    expect(questions).toHaveLength(4);
    await questions[3]?.answer(5);
    await pass(10);
    await Promise.all(others);
    expect(questions).toHaveLength(4);
  });
});

describe("a store that is out of order", () => {
  /** The long question has failed, and with it a short one. */
  async function broken() {
    const it = table();
    await it.start();
    await it.questions[1]?.fail();
    await pass(51);
    const ready = it.refresh();
    await it.questions[2]?.fail();
    expect(await ready).toBe(true);
    return it;
  }

  test("is counted, and the last table is used", async () => {
    const { isFresh } = await broken();
    expect([counted("failures"), counted("staleServes")]).toEqual([2, 1]);
    expect(isFresh()).toBe(true);
    expect(counted("staleServes")).toBe(2);
  });

  test("is tried again every second, though a question from before has not failed", async () => {
    const { start, recheck, questions, isFresh, applied } = table();
    await start();
    await pass(20);
    const refused = recheck();
    await questions[2]?.fail();
    await refused;
    // The long one is outstanding still, and will be for ever.
    await pass(1_000);
    expect(isFresh()).toBe(true);
    expect(questions).toHaveLength(4);
    await questions[3]?.answer(9);
    expect(applied.at(-1)?.revision).toBe(9);
    expect(questions.at(-1)).toMatchObject({ since: 9, wait: 20_000 });
  });

  test("is told once, and so is its return", async () => {
    const said = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const { isFresh, questions } = await broken();
    for (let i = 0; i < 3; i++) {
      await pass(1_000);
      isFresh();
      await questions.at(-1)?.fail();
    }
    await pass(1_000);
    isFresh();
    await questions.at(-1)?.answer(9);
    const lines = said.mock.calls.map(([line]: unknown[]) => line);
    said.mockRestore();
    expect(lines).toEqual([
      "the store of the table of the test does not answer: revision 5 is used",
      "the store of the table of the test answers again",
    ]);
  });

  test("is waited for by no request, and tried once a second in the background", async () => {
    const { isFresh, questions, background } = await broken();
    const asked = questions.length;
    for (let i = 0; i < 500; i++) {
      expect(isFresh()).toBe(true);
      await questions.at(-1)?.fail();
      await pass(10);
    }
    expect(questions.length - asked).toBeGreaterThanOrEqual(4);
    expect(questions.length - asked).toBeLessThanOrEqual(5);
    expect(background.length).toBe(1 + questions.length - asked);
  });

  test("and comes back is noticed: its table is taken, and polled again", async () => {
    const { isFresh, questions, applied } = await broken();
    await pass(1_000);
    expect(isFresh()).toBe(true);
    await questions.at(-1)?.answer(9);
    expect(applied.at(-1)?.revision).toBe(9);
    expect(questions.at(-1)).toMatchObject({ since: 9, wait: 20_000 });
    const stale = counted("staleServes");
    expect([isFresh(), counted("staleServes")]).toEqual([true, stale]);
  });

  test("and hangs costs one request a second, and no more", async () => {
    const { start, questions, isFresh, refresh } = table();
    await start();
    await questions[1]?.fail();
    await pass(51);
    expect(isFresh()).toBe(false);
    const ready = refresh();
    await pass(999);
    expect(counted("staleServes")).toBe(0);
    await pass(1);
    expect([await ready, counted("failures"), counted("staleServes")]).toEqual([true, 2, 1]);
    for (let i = 0; i < 100; i++) {
      expect(isFresh()).toBe(true);
      await pass(10);
    }
  });

  test("is not asked again for a refusal's sake", async () => {
    const { recheck, questions } = await broken();
    const asked = questions.length;
    await recheck();
    expect(questions).toHaveLength(asked);
  });
});

/** What the ledger's rows say to the instance that comes after it. */
import { env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { Ledger } from "../../durable-objects/ledger.ts";
import { VersionStore } from "../../shared/storage/version-store.ts";
import type { Env } from "../../workers/env.ts";

const { NAMESPACE_STORE } = env as unknown as Env;
let opened = 0;

/** A database of its own; `start` is what an instance does when it starts. */
async function use(run: (start: () => Ledger, storage: DurableObjectStorage) => void): Promise<void> {
  const stub = NAMESPACE_STORE.get(NAMESPACE_STORE.idFromName(`nowhere/ledger-${opened++}`));
  await runInDurableObject(stub, (_instance, { storage }) => {
    run(() => new Ledger(storage.sql, new VersionStore(storage.sql)), storage);
  });
}

test("a revision is never handed out twice, however many there were between two starts", () =>
  use((start) => {
    let last = 0;
    for (const count of [1, 10, 999, 1, 2_500]) {
      const ledger = start();
      for (let i = 0; i < count; i++) {
        const first = ledger.take(2);
        expect(first).toBeGreaterThan(last);
        last = first + 1;
      }
    }
  }));

test("nor after a transaction that was rolled back", () =>
  use((start, storage) => {
    const ledger = start();
    ledger.take(1);
    const fail = (): void => {
      ledger.take(5_000);
      throw new Error("refused");
    };
    expect(() => storage.transactionSync(fail)).toThrow("refused");
    ledger.rolledBack();
    const first = ledger.take(1);
    expect(start().take(1)).toBeGreaterThan(first);
  }));

test("what is open at a start is what was not closed, whichever began as others ended", () =>
  use((start) => {
    const ledger = start();
    const [a, b, c] = [ledger.open("a", 1, 0), ledger.open("b", 2, 0), ledger.open("c", 3, 0)];
    ledger.close(b);
    const d = ledger.open("b", 4, 0);
    ledger.write();
    ledger.close(a);
    ledger.close(a);
    ledger.write();
    const after = start();
    expect(after.openSinceBefore(1).map(({ first, revisions, namespace }) => [first, revisions, namespace])).toEqual([
      [c, 3, "c"],
      [d, 4, "b"],
    ]);
    expect(after.frontier).toBe(c - 1);
  }));

test("a transaction is late when one of its namespace that began after it is closed, or when the store has started since", () =>
  use((start) => {
    const ledger = start();
    const [first, other, second] = [ledger.open("a", 1, 0), ledger.open("b", 1, 0), ledger.open("a", 1, 0)];
    const isLate = (from: Ledger): boolean[] => from.openSinceBefore(1).map((open) => from.isLate(open));
    expect([first, other, second]).toEqual(ledger.openSinceBefore(1).map((open) => open.first));
    expect(isLate(ledger)).toEqual([false, false, false]);
    ledger.close(second);
    ledger.write();
    expect(isLate(ledger)).toEqual([true, false]);
    expect(isLate(start())).toEqual([true, true]);
  }));

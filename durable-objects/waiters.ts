/** Callers that wait for something to become true, each for a bounded time: the long poll of `tableChanges`. */
export class Waiters {
  readonly #waiting = new Set<() => void>();

  /** Resolves as soon as `condition` holds, which is looked at now and at every `wake`, or after `milliseconds`. */
  until(condition: () => boolean, milliseconds: number): Promise<void> {
    if (milliseconds <= 0 || condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = (): void => {
        if (condition()) done();
      };
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#waiting.add(look);
    });
  }

  /** Something has changed. */
  wake(): void {
    for (const look of this.#waiting) look();
  }
}

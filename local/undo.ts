/** What has to be taken down again, newest first. */
type Step = () => void | Promise<void>;

export class Undo {
  readonly #steps: Step[] = [];

  add(step: Step): void {
    this.#steps.push(step);
  }

  /**
   * Takes every step, also after one that fails: a socket that cannot be closed must not keep the data directory locked.
   * Rejects at the end with what went wrong, if anything did. A second call does nothing more.
   */
  async run(): Promise<void> {
    const errors: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, "several things could not be stopped");
  }
}

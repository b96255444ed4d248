/** What evaluation may cost: about a unit for a step, as cel-go counts, and more for what is long. */

/** Thrown by the meter, caught where an evaluation starts. */
export class CostExceeded extends Error {}

export class Meter {
  #used = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  charge(cost: number): void {
    this.#used += cost;
    if (this.#used > this.#limit) throw new CostExceeded();
  }

  /** For so many characters or bytes: cel-go's tenth of a unit each. */
  chargeLength(length: number): void {
    this.charge(Math.ceil(length / 10));
  }
}

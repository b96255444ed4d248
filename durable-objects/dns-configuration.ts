/** The Corefile in force, kept over restarts: a broken one in the ConfigMap leaves the last good one standing. */
import { checkCorefile } from "../shared/dns/corefile/check.ts";

export class DnsConfiguration {
  readonly #sql: SqlStorage;
  #lastGood: string | undefined;
  /** The ConfigMap's text that was looked at last. */
  #seen: string | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS dns_configuration (id INTEGER PRIMARY KEY CHECK (id = 1), corefile TEXT NOT NULL)",
    );
    const [row] = sql.exec<{ corefile: string }>("SELECT corefile FROM dns_configuration").toArray();
    this.#lastGood = row?.corefile;
    this.#seen = this.#lastGood;
  }

  /** What holds, now that the ConfigMap says this; `undefined`, for one that says nothing or is not there: the default. */
  inForce(text: string | undefined): string | undefined {
    if (text === this.#seen) return this.#lastGood;
    this.#seen = text;
    if (text === undefined) {
      this.#sql.exec("DELETE FROM dns_configuration");
      this.#lastGood = undefined;
    } else if (checkCorefile(text).ok) {
      this.#sql.exec("INSERT OR REPLACE INTO dns_configuration (id, corefile) VALUES (1, ?)", text);
      this.#lastGood = text;
    }
    return this.#lastGood;
  }
}

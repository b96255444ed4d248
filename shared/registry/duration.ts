/** Ages as `kubectl get` shows them (apimachinery `util/duration`). */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const count = (milliseconds: number, unit: number): number => Math.floor(milliseconds / unit);

/** `3h12m`, but `3h` when the smaller unit is 0. */
function pair(milliseconds: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = count(milliseconds % big, small);
  return `${count(milliseconds, big)}${bigName}${rest === 0 ? "" : `${rest}${smallName}`}`;
}

/** Two significant units while they matter, one later: `5s`, `2m10s`, `15m`, `3h12m`, `9h`, `2d4h`, `9d`, `2y34d`, `9y`. */
export function humanDuration(milliseconds: number): string {
  // Clocks differ a little: a future of up to a second is now, a longer one cannot be an age.
  if (milliseconds < -2 * SECOND + 1) return "<invalid>";
  if (milliseconds < 0) return "0s";
  if (milliseconds < 2 * MINUTE) return `${count(milliseconds, SECOND)}s`;
  if (milliseconds < 10 * MINUTE) return pair(milliseconds, MINUTE, "m", SECOND, "s");
  if (milliseconds < 3 * HOUR) return `${count(milliseconds, MINUTE)}m`;
  if (milliseconds < 8 * HOUR) return pair(milliseconds, HOUR, "h", MINUTE, "m");
  if (milliseconds < 2 * DAY) return `${count(milliseconds, HOUR)}h`;
  if (milliseconds < 8 * DAY) return pair(milliseconds, DAY, "d", HOUR, "h");
  if (milliseconds < 2 * YEAR) return `${count(milliseconds, DAY)}d`;
  if (milliseconds < 8 * YEAR) return pair(milliseconds, YEAR, "y", DAY, "d");
  return `${count(milliseconds, YEAR)}y`;
}

/** The time since an RFC 3339 timestamp; `<unknown>` when there is none. `now` in ms since the epoch. */
export function ageOf(timestamp: string | null | undefined, now: number): string {
  const at = timestamp === null || timestamp === undefined ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(at) ? "<unknown>" : humanDuration(now - at);
}

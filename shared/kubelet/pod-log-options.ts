/** `core/v1 PodLogOptions`, as the query of `pods/log` has them. */
import type { Result } from "../api/meta-v1/status.ts";
import { forbidden, invalid, notSupported, type FieldError } from "../apimachinery/field-error.ts";
import { queryFlag } from "../apimachinery/request-info.ts";
import { badRequest, invalidObject, refuse } from "../apimachinery/status.ts";

export interface PodLogOptions {
  /** `""`: the only one there is. */
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  /** How many lines from the end; null: all. */
  readonly tailLines: number | null;
  readonly limitBytes: number | null;
  /** Only lines from this time on, in ms since the epoch; null: all. */
  readonly since: number | null;
}

const STREAMS = ["All", "Stderr", "Stdout"] as const;
const INTEGERS = ["tailLines", "limitBytes", "sinceSeconds"] as const;

/** Reads and checks the query of a request for the log of `pod`. */
export function podLogOptions(query: URLSearchParams, pod: string, now: number): Result<PodLogOptions> {
  const numbers = new Map<string, number>();
  for (const name of INTEGERS) {
    const text = query.get(name);
    if (text === null || text === "") continue;
    if (!/^[-+]?\d{1,15}$/.test(text))
      return refuse(badRequest(`${name}: invalid value ${JSON.stringify(text)}: not an integer`));
    numbers.set(name, Number(text));
  }
  const sinceTime = query.get("sinceTime") ?? "";
  const time = sinceTime === "" ? null : Date.parse(sinceTime);
  if (Number.isNaN(time))
    return refuse(badRequest(`sinceTime: invalid value ${JSON.stringify(sinceTime)}: not an RFC 3339 time`));
  const problems = problemsWith(numbers, time, query.get("stream"));
  if (problems.length > 0) return refuse(invalidObject({ group: "", kind: "PodLogOptions" }, pod, problems));
  const seconds = numbers.get("sinceSeconds");
  return {
    ok: true,
    value: {
      container: query.get("container") ?? "",
      follow: queryFlag(query, "follow"),
      previous: queryFlag(query, "previous"),
      timestamps: queryFlag(query, "timestamps"),
      tailLines: numbers.get("tailLines") ?? null,
      limitBytes: numbers.get("limitBytes") ?? null,
      since: seconds === undefined ? time : now - seconds * 1000,
    },
  };
}

function problemsWith(
  numbers: ReadonlyMap<string, number>,
  sinceTime: number | null,
  stream: string | null,
): readonly FieldError[] {
  const { tailLines, limitBytes, sinceSeconds } = Object.fromEntries(numbers) as Partial<
    Record<(typeof INTEGERS)[number], number>
  >;
  const tooSmall = (field: string, value: number | undefined): readonly FieldError[] =>
    value !== undefined && value < 1 ? [invalid(field, value, "must be greater than 0")] : [];
  return [
    ...(tailLines !== undefined && tailLines < 0
      ? [invalid("tailLines", tailLines, "must be greater than or equal to 0")]
      : []),
    ...tooSmall("limitBytes", limitBytes),
    ...(sinceSeconds !== undefined && sinceTime !== null
      ? [forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified")]
      : tooSmall("sinceSeconds", sinceSeconds)),
    ...(stream === null || STREAMS.some((known) => known === stream) ? [] : [notSupported("stream", stream, STREAMS)]),
    ...(stream !== null && stream !== "All" && tailLines !== undefined
      ? [forbidden("", "`tailLines` and specific `stream` are mutually exclusive for now")]
      : []),
  ];
}

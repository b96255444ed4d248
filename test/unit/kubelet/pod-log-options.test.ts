import { expect, test } from "vitest";
import { podLogOptions } from "../../../shared/kubelet/pod-log-options.ts";

const parse = (query: string) => podLogOptions(new URLSearchParams(query), "web", 100_000);

test("flags, numbers and times are read", () => {
  expect(parse("container=a&follow=true&previous=1&timestamps=false&tailLines=5&limitBytes=7&sinceSeconds=10")).toEqual(
    {
      ok: true,
      value: {
        container: "a",
        follow: true,
        previous: true,
        timestamps: false,
        tailLines: 5,
        limitBytes: 7,
        since: 90_000,
      },
    },
  );
});

test.each([
  [
    "tailLines=-1",
    422,
    'PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
  ],
  ["limitBytes=0", 422, 'PodLogOptions "web" is invalid: limitBytes: Invalid value: 0: must be greater than 0'],
  ["sinceSeconds=0", 422, 'PodLogOptions "web" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0'],
  [
    "sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z",
    422,
    "at most one of `sinceTime` or `sinceSeconds` may be specified",
  ],
  ["stream=Stdin", 422, 'stream: Unsupported value: "Stdin": supported values: "All", "Stderr", "Stdout"'],
  ["tailLines=many", 400, 'tailLines: invalid value "many": not an integer'],
  ["sinceTime=yesterday", 400, 'sinceTime: invalid value "yesterday": not an RFC 3339 time'],
])("%s is refused", (query, code, message) => {
  expect(parse(query)).toMatchObject({ ok: false, status: { code, message: expect.stringContaining(message) } });
});

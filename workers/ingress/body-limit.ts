/** A body that may not be longer than so many bytes. */
import type { Body } from "../router/body.ts";

export interface LimitedBody {
  readonly body: Body;
  /** True once more has come than may. */
  readonly isExceeded: () => boolean;
}

/** One whose length is told has been looked at already; here it is counted as it streams. */
export function limitBody(body: Body, { headers }: Request, maxBytes: number | null): LimitedBody {
  if (maxBytes === null || body === null || headers.has("content-length")) return { body, isExceeded: () => false };
  let seen = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      seen += chunk.byteLength;
      if (seen > maxBytes) controller.error(new Error("the body is too large"));
      else controller.enqueue(chunk);
    },
  });
  return { body: body.pipeThrough(count), isExceeded: () => seen > maxBytes };
}

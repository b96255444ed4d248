/** A body that may not be longer than so many bytes. */

export interface LimitedRequest {
  readonly request: Request;
  /** True once more has come than may. */
  readonly isExceeded: () => boolean;
}

/** One whose length is told has been looked at already; here it is counted as it streams. */
export function limitBody(request: Request, maxBytes: number | null): LimitedRequest {
  if (maxBytes === null || request.body === null || request.headers.has("content-length")) {
    return { request, isExceeded: () => false };
  }
  let seen = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      seen += chunk.byteLength;
      if (seen > maxBytes) controller.error(new Error("the body is too large"));
      else controller.enqueue(chunk);
    },
  });
  const body = request.body.pipeThrough(count);
  const { method, headers } = request;
  return { request: new Request("http://body.invalid/", { method, headers, body }), isExceeded: () => seen > maxBytes };
}

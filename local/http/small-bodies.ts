import type { Readable } from "node:stream";

/**
 * Where bodies are small, they are taken in whole before they go on, either way: so a client that is slow to send or to read keeps none
 * of the connections to the Worker, and is cut off in time.
 */
export interface SmallBodies {
  /** Of a request; what declares itself longer is passed on, for the Worker to refuse. */
  readonly octets: number;
  /** From a request's headers to the end of its body. */
  readonly readMilliseconds: number;
  /** From the answer's headers until the client has taken all of it. */
  readonly writeMilliseconds: number;
}

/** Why a body was not taken in. */
export interface BadBody {
  readonly code: 408 | 413;
  readonly message: string;
}

/** The body of a request; `null`: its client has gone. */
export function readWhole(
  request: Readable,
  { octets, readMilliseconds }: SmallBodies,
): Promise<Buffer | BadBody | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > octets) finish({ code: 413, message: `a body has at most ${octets} octets here` });
    };
    const finish = (outcome: Buffer | BadBody | null): void => {
      clearTimeout(timer);
      // Without a listener what is still to come is passed over.
      request.off("data", take).resume();
      resolve(outcome);
    };
    const late = { code: 408, message: `the body was not here within ${readMilliseconds / 1000} s` } as const;
    const timer = setTimeout(() => finish(late), readMilliseconds);
    request.on("data", take);
    request.once("end", () => finish(Buffer.concat(chunks)));
    request.once("error", () => finish(null));
    request.once("close", () => finish(null));
  });
}

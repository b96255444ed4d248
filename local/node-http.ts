/** Between Node's HTTP messages and those of the Fetch standard. */
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";

/** Every header as it came, repeated ones included. */
export function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
  return headers;
}

// Node's web streams and the standard's are the same objects under two sets of type declarations.

export const toWebStream = (stream: Readable): ReadableStream<Uint8Array> =>
  Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>;

export const fromWebStream = (stream: ReadableStream<Uint8Array>): Readable =>
  Readable.fromWeb(stream as unknown as NodeReadableStream);

/** A request whose body may be sent while its answer already arrives, which Fetch wants to be told (`duplex`). */
export function streamingRequest(url: string | URL, init: RequestInit): Request {
  const streaming: RequestInit & { readonly duplex: "half" } = { ...init, duplex: "half" };
  return new Request(url, streaming);
}

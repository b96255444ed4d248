import { concatBytes } from "../../shared/apimachinery/concat-bytes.ts";

/** What `readOctets` needs of a request or a response. */
type Message = Pick<Request | Response, "headers" | "body" | "arrayBuffer">;

/** The body, or `null` when it is longer than `limit` octets; then no more than that is read. */
export async function readOctets(request: Message, limit: number): Promise<Uint8Array | null> {
  const declared = request.headers.get("content-length");
  if (declared !== null) return Number(declared) > limit ? null : new Uint8Array(await request.arrayBuffer());
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    length += chunk.length;
    if (length > limit) return null;
    chunks.push(chunk);
  }
  return concatBytes(chunks);
}

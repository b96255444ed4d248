/** Documents that are the same for every request of an isolate's life: built on first use, with their hash. */

export interface Document {
  readonly text: string;
  /** SHA-512 in hexadecimal, upper case, as Kubernetes' `ETag`s and openapi hashes are. */
  readonly hash: string;
}

/** Builds the document once, when first asked for. */
export function lazyDocument(build: () => object): () => Promise<Document> {
  let document: Promise<Document> | undefined;
  return () => (document ??= makeDocument(JSON.stringify(build())));
}

async function makeDocument(text: string): Promise<Document> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", new TextEncoder().encode(text)));
  return { text, hash: [...digest].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join("") };
}

/** The document with its `ETag`, or 304 where the client has it already. */
export function documentResponse(
  { text, hash }: Document,
  request: Request,
  headers: Readonly<Record<string, string>>,
): Response {
  const etag = `"${hash}"`;
  const all = { ...headers, etag };
  const known = (request.headers.get("if-none-match") ?? "")
    .split(",")
    .some((tag) => tag.trim().replace(/^W\//, "") === etag);
  return known ? new Response(null, { status: 304, headers: all }) : new Response(text, { headers: all });
}

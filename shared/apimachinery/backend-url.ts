/** URLs of backends, as annotations, image rules and registrations carry them: `http(s)://host[:port][/base]`. */

/** `message` says in the user's terms what is wrong with the text. */
export type ParsedBackendUrl =
  { readonly ok: true; readonly url: string } | { readonly ok: false; readonly message: string };

export const MAX_BACKEND_URL_LENGTH = 2048;

const no = (message: string): ParsedBackendUrl => ({ ok: false, message });

/** The URL comes back normalised and without a trailing slash, so that a request's path can be appended. */
export function parseBackendUrl(text: string): ParsedBackendUrl {
  if (text.length > MAX_BACKEND_URL_LENGTH) return no(`must be no more than ${MAX_BACKEND_URL_LENGTH} characters`);
  if (!URL.canParse(text)) return no("must be a URL such as https://host/base");
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return no("must start with http:// or https://");
  // The fetch standard refuses URLs with credentials, so the mistake is better told here than on every request.
  if (url.username !== "" || url.password !== "") return no("must not contain a user name or password");
  if (url.search !== "" || url.hash !== "") return no("must not contain ? or #: the request brings its own query");
  const path = url.pathname.endsWith("/") ? url.pathname.slice(0, -1) : url.pathname;
  return { ok: true, url: url.origin + path };
}

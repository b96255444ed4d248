import { pathOf, type BuiltinBackend, type BuiltinResponse } from "../builtin-request.ts";

const page = (title: string, text: string): string =>
  `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<p>${text}</p>\n</body>\n</html>\n`;

const answer = (status: number, body: string): BuiltinResponse => ({
  status,
  headers: [
    ["content-type", "text/html"],
    ["server", "nginx"],
  ],
  body,
  delayMilliseconds: 0,
});

/** `nginx` as it comes: an index page, and nothing else. */
export const nginx: BuiltinBackend = (request, { pod }) => {
  const path = pathOf(request);
  if (path !== "/" && path !== "/index.html") return answer(404, page("404 Not Found", "nginx"));
  if (request.method !== "GET" && request.method !== "HEAD") return answer(405, page("405 Not Allowed", "nginx"));
  return answer(200, page("Welcome to nginx!", `Pod ${pod.name} answers in the place of an nginx container.`));
};

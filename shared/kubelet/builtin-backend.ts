/** The backend that answers for a Pod nobody has registered a real one for: a pure function from request to response. */
import { containerOf } from "../proxy/backend-url.ts";
import { imageBaseName } from "../proxy/image-reference.ts";
import type { BuiltinBackend, BuiltinContext, BuiltinRequest, BuiltinResponse } from "./builtin-request.ts";
import { agnhost, serveHostname } from "./images/agnhost.ts";
import { echoBasic } from "./images/echo-basic.ts";
import { echoserver } from "./images/echoserver.ts";
import { helloApp } from "./images/hello-app.ts";
import { httpEcho } from "./images/http-echo.ts";
import { nginx } from "./images/nginx.ts";
import { whoami } from "./images/whoami.ts";

/** Which image behaves as what, by the last element of its name; all others echo the request as JSON. */
const BY_IMAGE: ReadonlyMap<string, BuiltinBackend> = new Map([
  ["agnhost", agnhost],
  ["serve-hostname", serveHostname],
  ["serve_hostname", serveHostname],
  ["http-echo", httpEcho],
  ["whoami", whoami],
  ["nginx", nginx],
  ["nginx-unprivileged", nginx],
  ["echoserver", echoserver],
  ["hello-app", helloApp],
]);

const NO_CONTAINER = { name: "", image: "", command: [], args: [], ports: [], env: {}, startedAt: null } as const;

/** The container that has the port answers. Total: any request gets a response. */
export function builtinBackend(request: BuiltinRequest, context: BuiltinContext): BuiltinResponse {
  const container = containerOf(context.pod, context.port) ?? NO_CONTAINER;
  const backend = BY_IMAGE.get(imageBaseName(container.image)) ?? echoBasic;
  return backend(request, context, container);
}

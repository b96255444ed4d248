import { pathOf, text, type BuiltinBackend, type BuiltinResponse } from "../builtin-request.ts";
import { parseImageReference } from "../../proxy/image-reference.ts";
import { envOf, flagValue } from "./flags.ts";

/** `hashicorp/http-echo`: the `-text` flag, or the variable `ECHO_TEXT`, on every path but `/health`. */
export const httpEcho: BuiltinBackend = (request, _context, container) => {
  const shown = flagValue([...container.command, ...container.args], "text") ?? envOf(container, "ECHO_TEXT");
  // The real program exits; a Pod that does not crash had better say why it has nothing to show.
  if (shown === "") return text("Missing -text option OR ENV var TEXT is empty!\n", 500);
  return withAppHeaders(text(pathOf(request) === "/health" ? '{"status":"ok"}\n' : `${shown}\n`), container.image);
};

const withAppHeaders = (response: BuiltinResponse, image: string): BuiltinResponse => ({
  ...response,
  headers: [
    ...response.headers,
    ["x-app-name", "http-echo"],
    ["x-app-version", parseImageReference(image).tag ?? "latest"],
  ],
});

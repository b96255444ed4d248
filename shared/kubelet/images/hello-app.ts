import { text, type BuiltinBackend } from "../builtin-request.ts";
import { parseImageReference } from "../../proxy/image-reference.ts";

/** `gcr.io/google-samples/hello-app`: a greeting, its version, and the Pod's name. */
export const helloApp: BuiltinBackend = (_request, { pod }, container) => {
  const tag = parseImageReference(container.image).tag ?? "1.0";
  return text(`Hello, world!\nVersion: ${tag}.0\nHostname: ${pod.name}\n`);
};

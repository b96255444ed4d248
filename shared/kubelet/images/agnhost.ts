/** `registry.k8s.io/e2e-test-images/agnhost`: the sub-command decides what it is. */
import {
  finalStatus,
  pathOf,
  queryOf,
  text,
  type BuiltinBackend,
  type BuiltinRequest,
  type BuiltinResponse,
} from "../builtin-request.ts";
import { echoBasic } from "./echo-basic.ts";

export const serveHostname: BuiltinBackend = (_request, { pod }) => text(pod.name);

/** `agnhost netexec`. Paths that would run programs or open connections of their own are refused. */
export const netexec: BuiltinBackend = (request, { pod, clientAddress, now }) => {
  switch (pathOf(request)) {
    case "/hostname":
    case "/hostName":
      return text(pod.name);
    case "/clientip":
      return text(clientAddress.includes(":") ? `[${clientAddress}]:0` : `${clientAddress}:0`);
    case "/echo":
      return echo(formOf(request));
    case "/healthz":
      return text("");
    case "/redirect":
      return redirect(formOf(request));
    case "/dial":
    case "/exit":
    case "/shell":
    case "/shutdown":
    case "/upload":
      return text(`${pathOf(request)} is not available in the built-in netexec\n`, 501);
    default:
      return text(`NOW: ${new Date(now).toISOString().replace("T", " ").replace("Z", " +0000 UTC")}`);
  }
};

/** `liveness` is well for so long after its start, and then is not: it shows what a liveness probe is for. */
const WELL_MILLISECONDS = 10_000;

/** `agnhost liveness`, of Kubernetes' own example of a liveness probe. */
export const liveness: BuiltinBackend = (request, { now }, { startedAt }) => {
  const age = Math.max(0, now - (startedAt ?? now));
  if (pathOf(request) === "/started")
    return text(new Date(startedAt ?? now).toISOString().replace("T", " ").replace("Z", " +0000 UTC"));
  if (pathOf(request) !== "/healthz") return text("404 page not found\n", 404);
  return age > WELL_MILLISECONDS ? text(`error: ${age / 1000}`, 500) : text("ok");
};

export const agnhost: BuiltinBackend = (request, context, container) => {
  const words = [...container.command, ...container.args];
  if (words.includes("netexec")) return netexec(request, context, container);
  if (words.includes("liveness")) return liveness(request, context, container);
  if (words.includes("serve-hostname")) return serveHostname(request, context, container);
  return echoBasic(request, context, container);
};

/** Go's `FormValue`: a form in the body counts before the query. */
function formOf(request: BuiltinRequest): URLSearchParams {
  const isForm = request.headers.some(
    ([name, value]) => name === "content-type" && value.startsWith("application/x-www-form-urlencoded"),
  );
  const query = queryOf(request);
  return isForm ? new URLSearchParams([...new URLSearchParams(request.body), ...query]) : query;
}

function echo(form: URLSearchParams): BuiltinResponse {
  const code = form.get("code") ?? "";
  if (code === "") return text(form.get("msg") ?? "");
  if (!/^-?\d+$/.test(code)) return text(`argument 'code' must be an integer or empty, got ${JSON.stringify(code)}\n`);
  return text(form.get("msg") ?? "", finalStatus(code) ?? 500);
}

function redirect(form: URLSearchParams): BuiltinResponse {
  const location = form.get("location") ?? "";
  const status = finalStatus(form.get("code") ?? "302") ?? 302;
  // A line break would end the header.
  return { ...text(""), status, headers: [["location", location.replace(/[^\x20-\x7e]/g, "")]] };
}

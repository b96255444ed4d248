/** The requests that a kubelet makes of a container: `httpGet` probes and hooks, `tcpSocket` probes. */
import type { Container, HTTPGetAction } from "../api/core-v1/pod.ts";
import { hostPort } from "../proxy/backend-url.ts";

/** `kube-probe/1.35`, `kube-lifecycle/1.35`: the version of the API that is emulated. */
const userAgent = (purpose: "probe" | "lifecycle"): string => `kube-${purpose}/1.35`;

export interface KubeletRequest {
  /** As the kubelet would dial it, and names it in its messages: with the Pod's address. */
  readonly url: string;
  /** Path and query. */
  readonly path: string;
  /** The host to connect to where the action names one; null: the container's backend. */
  readonly host: string | null;
  readonly port: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A message in Go's words where a port has no such name. */
export type ResolvedPort =
  { readonly ok: true; readonly port: number } | { readonly ok: false; readonly message: string };

/** A port by number, or by the name that the container gives it. */
export function resolvePort(port: number | string, container: Container): ResolvedPort {
  if (typeof port === "number") return { ok: true, port };
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  if (named !== undefined) return { ok: true, port: named };
  // An integer that was stored as text.
  if (/^\d{1,5}$/.test(port)) return { ok: true, port: Number(port) };
  return { ok: false, message: `strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax` };
}

export function httpGetRequest(
  action: HTTPGetAction,
  { port, podIP, purpose }: { readonly port: number; readonly podIP: string; readonly purpose: "probe" | "lifecycle" },
): KubeletRequest {
  const scheme = (action.scheme ?? "HTTP").toLowerCase();
  const path = absolutePath(action.path ?? "/");
  const host = action.host === undefined || action.host === "" ? null : action.host;
  const authority = hostPort(host ?? podIP, port);
  return { url: `${scheme}://${authority}${path}`, path, host, port, headers: headersOf(action, purpose) };
}

/** A health check of a program that is no Pod, by its URL. */
export function checkRequest(url: string): KubeletRequest {
  const { hostname, port, pathname, search } = new URL(url);
  const headers = headersOf({ port: 0 }, "probe");
  return { url, path: pathname + search, host: hostname, port: Number(port), headers };
}

const absolutePath = (path: string): string => (path.startsWith("/") ? path : `/${path}`);

/** Go keeps an empty Accept from being sent; a Host cannot be set by whoever fetches, so it goes where the router puts it. */
function headersOf({ httpHeaders = [] }: HTTPGetAction, purpose: "probe" | "lifecycle") {
  const given = httpHeaders.map(({ name, value }) => [name.toLowerCase(), value] as const);
  const has = (name: string): boolean => given.some(([n]) => n === name);
  return [
    ...(has("user-agent") ? [] : [["user-agent", userAgent(purpose)] as const]),
    ...(has("accept") ? [] : [["accept", "*/*"] as const]),
    ...given
      .filter(([name, value]) => name !== "accept" || value !== "")
      .map(([name, value]) => [name === "host" ? "x-forwarded-host" : name, value] as const),
  ];
}

/** What a response means, and where to go on if it redirects. */
export type ProbeResponse =
  | { readonly kind: "healthy"; readonly warning: string | null }
  | { readonly kind: "unhealthy"; readonly output: string }
  | { readonly kind: "redirect"; readonly to: string };

const MAX_REDIRECTS = 10;

/**
 * 200 to 399 is success. A redirect to the same host is followed, ten times at most; one to another host is not, and
 * succeeds with a warning (kubelet's `RedirectChecker`).
 *
 * @param dialled the URL that answered; a backend knows itself by that, or by the Pod's address
 */
export function judgeResponse(
  { status, location }: { readonly status: number; readonly location: string | null },
  { url, dialled, redirects }: { readonly url: string; readonly dialled: string; readonly redirects: number },
): ProbeResponse {
  if (status < 200 || status >= 400)
    return { kind: "unhealthy", output: `HTTP probe failed with statuscode: ${status}` };
  if (status < 300) return { kind: "healthy", warning: null };
  const isRedirect = [301, 302, 303, 307, 308].includes(status) && location !== null && URL.canParse(location, dialled);
  const to = isRedirect ? new URL(location, dialled) : null;
  const warning = "Probe terminated redirects";
  if (to === null) return { kind: "healthy", warning };
  const here = new URL(dialled);
  if (to.hostname !== here.hostname && to.hostname !== new URL(url).hostname) return { kind: "healthy", warning };
  if (redirects + 1 >= MAX_REDIRECTS) {
    return { kind: "unhealthy", output: `Get ${JSON.stringify(to.href)}: stopped after ${MAX_REDIRECTS} redirects` };
  }
  return { kind: "redirect", to: here.origin + to.pathname + to.search };
}

/** As Go's HTTP client says it. */
export const refusedOutput = ({ url }: Pick<KubeletRequest, "url">, address: string): string =>
  `Get ${JSON.stringify(url)}: dial tcp ${address}: connect: connection refused`;

export const timeoutOutput = ({ url }: Pick<KubeletRequest, "url">): string =>
  `Get ${JSON.stringify(url)}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;

/** Of a `tcpSocket` probe. */
export const tcpOutput = (address: string, timedOut: boolean): string =>
  `dial tcp ${address}: ${timedOut ? "i/o timeout" : "connect: connection refused"}`;

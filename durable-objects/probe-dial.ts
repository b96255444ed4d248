/** Asks a Pod's backend what the kubelet asks a container: by HTTP, or over a connection of its own. Never rejects. */
import type { Container, HTTPGetAction, Pod } from "../shared/api/core-v1/pod.ts";
import type { ProbeOutcome, ProbeWorker } from "../shared/controllers/kubelet/probe-worker.ts";
import { builtinBackend } from "../shared/kubelet/builtin-backend.ts";
import {
  checkRequest,
  httpGetRequest,
  judgeResponse,
  refusedOutput,
  resolvePort,
  tcpOutput,
  timeoutOutput,
  type KubeletRequest,
} from "../shared/kubelet/kubelet-request.ts";
import { podBackendTarget } from "../shared/kubelet/pod-backend.ts";
import { appendPath, hostPort, type BackendTarget } from "../shared/proxy/backend-url.ts";
import { serviceBinding, type Outbound } from "../shared/proxy/service-binding.ts";
import type { Env } from "../workers/env.ts";
import { host } from "./host.ts";
import { probeGrpcHealth, probeTcpSocket, type Dialled } from "./probe-socket.ts";

type Surroundings = Parameters<typeof podBackendTarget>[2];

export interface Dialling extends Surroundings {
  readonly env: Env;
  readonly pod: Pod;
}

/** What a request is sent to, and how. */
interface Way {
  readonly env: Partial<Env>;
  readonly target: BackendTarget | null;
  /** What the request goes to, in messages. */
  readonly address: string;
}

/** What came back: a status with the URL that gave it, or why nothing did. */
type Answer =
  | { readonly status: number; readonly location: string | null; readonly dialled: string }
  | { readonly failed: "refused" | "timeout" };

/** Where the kubelet itself would be a client from. */
const NODE_ADDRESS = "127.0.0.1";
const HEALTHY: ProbeOutcome = { healthy: true, output: null };

const unhealthy = (output: string): ProbeOutcome => ({ healthy: false, output });

export function dialProbe({ probe, container, timing }: ProbeWorker, dialling: Dialling): Promise<ProbeOutcome> {
  const { httpGet, tcpSocket, grpc } = probe;
  const port = resolvePort(httpGet?.port ?? tcpSocket?.port ?? grpc?.port ?? 0, container);
  if (!port.ok) return Promise.resolve({ healthy: null, output: port.message });
  if (httpGet !== undefined) {
    const podIP = dialling.pod.status.podIP ?? "";
    const request = httpGetRequest(httpGet, { port: port.port, podIP, purpose: "probe" });
    return probeHttp(request, timing.timeout, wayOf(request, dialling));
  }
  const dialled = socketTo(port.port, tcpSocket?.host, timing.timeout, dialling);
  if ("healthy" in dialled) return Promise.resolve(dialled);
  return grpc === undefined ? probeTcpSocket(dialled) : probeGrpcHealth(dialled, grpc.service ?? "");
}

/** What a kubelet would make of a URL, of a program that is no Pod. */
export function checkUrl(url: string, timeout: number, env: Pick<Env, "OUTBOUND">): Promise<ProbeOutcome> {
  const { hostname, port } = socketAddress(url);
  return probeHttp(checkRequest(url), timeout, { env, target: null, address: `${hostname}:${port}` });
}

/** A `preStop` by HTTP; true when anything answered at all. */
export async function callHook(
  action: HTTPGetAction,
  container: Container,
  milliseconds: number,
  dialling: Dialling,
): Promise<boolean> {
  const port = resolvePort(action.port, container);
  if (!port.ok) return false;
  const podIP = dialling.pod.status.podIP ?? "";
  const request = httpGetRequest(action, { port: port.port, podIP, purpose: "lifecycle" });
  const way = wayOf(request, dialling);
  const answer = await within(milliseconds, (signal) => send(request, urlOf(request, way), signal, way));
  return "status" in answer;
}

/**
 * A signal that goes off after `milliseconds`, for as long as `work` lasts. `AbortSignal.timeout` would keep its timer when the
 * work is done, and an object may have 10,000 of them: with that many probes a second or two apart, the next would throw.
 */
async function within<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), milliseconds);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

const probeHttp = (request: KubeletRequest, timeout: number, way: Way): Promise<ProbeOutcome> =>
  within(timeout, (signal) => followProbe(request, signal, way));

async function followProbe(request: KubeletRequest, signal: AbortSignal, way: Way): Promise<ProbeOutcome> {
  let url = urlOf(request, way);
  for (let redirects = 0; ; redirects++) {
    const answer = await send(request, url, signal, way);
    if ("failed" in answer) {
      return unhealthy(answer.failed === "timeout" ? timeoutOutput(request) : refusedOutput(request, way.address));
    }
    const judged = judgeResponse(answer, { url: request.url, dialled: answer.dialled, redirects });
    switch (judged.kind) {
      case "healthy":
        return { healthy: true, output: judged.warning };
      case "unhealthy":
        return unhealthy(judged.output);
      case "redirect":
        url = judged.to;
        break;
      default:
        return judged satisfies never;
    }
  }
}

const targetFor = ({ host: named, port }: Pick<KubeletRequest, "host" | "port">, dialling: Dialling) =>
  named === null ? podBackendTarget(dialling.pod, port, dialling) : null;

const wayOf = (request: KubeletRequest, dialling: Dialling): Way => ({
  env: dialling.env,
  target: targetFor(request, dialling),
  address: hostPort(request.host ?? dialling.pod.status.podIP ?? "", request.port),
});

/** The first URL to ask. A binding and the built-in backend know the Pod by its address. */
function urlOf(request: KubeletRequest, { target }: Way): string {
  return target?.kind === "url" ? appendPath(target.base, request.path) : request.url;
}

async function send(request: KubeletRequest, url: string, signal: AbortSignal, { env, target }: Way): Promise<Answer> {
  if (target?.kind === "builtin") return askBuiltin(request, url, signal, target);
  const out = outbound(target, env);
  if (out === null) return { failed: "refused" };
  try {
    const response = await out.fetch(url, { headers: headersFrom(request), redirect: "manual", signal });
    // Only the status counts; what is not read must be let go, or the connection stays taken.
    await response.body?.cancel();
    return { status: response.status, location: response.headers.get("location"), dialled: url };
  } catch {
    return { failed: signal.aborted ? "timeout" : "refused" };
  }
}

function headersFrom({ headers }: KubeletRequest): Headers {
  const sent = new Headers();
  for (const [name, value] of headers) sent.append(name, value);
  return sent;
}

/** Null: there is no such way out. */
function outbound(target: BackendTarget | null, env: Partial<Env>): Outbound | null {
  if (target?.kind === "gone") return null;
  if (target?.kind === "binding") return serviceBinding(env, target.name);
  return env.OUTBOUND ?? { fetch: (url, init) => fetch(url, init) };
}

async function askBuiltin(
  request: KubeletRequest,
  url: string,
  signal: AbortSignal,
  { pod }: BackendTarget & { readonly kind: "builtin" },
): Promise<Answer> {
  const { pathname, search, host: authority } = new URL(url);
  const { status, headers, delayMilliseconds } = builtinBackend(
    { method: "GET", target: pathname + search, host: authority, headers: request.headers, body: "" },
    { pod, service: "", namespace: pod.namespace, port: request.port, clientAddress: NODE_ADDRESS, now: host.now() },
  );
  try {
    if (delayMilliseconds > 0) await scheduler.wait(delayMilliseconds, { signal });
  } catch {
    return { failed: "timeout" };
  }
  return { status, location: headers.find(([name]) => name === "location")?.[1] ?? null, dialled: url };
}

/**
 * What a socket is opened to, or how it goes without one: what answers in this process, or behind a binding, always listens, and
 * is well.
 */
function socketTo(
  port: number,
  named: string | undefined,
  timeout: number,
  dialling: Dialling,
): Dialled | ProbeOutcome {
  const hostname = named === undefined || named === "" ? null : named;
  const target = targetFor({ host: hostname, port }, dialling);
  const shown = hostPort(hostname ?? dialling.pod.status.podIP ?? "", port);
  const gone = unhealthy(tcpOutput(shown, false));
  if (target?.kind === "gone") return gone;
  if (target?.kind === "builtin") return HEALTHY;
  if (target?.kind === "binding") return serviceBinding(dialling.env, target.name) === null ? gone : HEALTHY;
  const address = target === null ? { hostname: hostname ?? "", port } : socketAddress(target.base);
  return { address, timeout, env: dialling.env, shown };
}

function socketAddress(base: string): SocketAddress {
  const { hostname, port, protocol } = new URL(base);
  return { hostname, port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
}

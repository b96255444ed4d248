/**
 * TCP through the router: `env.MESH.connect("db.shop:5432")`, and CONNECT to the local proxy, which asks for the same. Bytes go both ways as
 * they are.
 */
import { connect as dialTcp } from "cloudflare:sockets";
import { backendTarget } from "../../shared/proxy/backend-url.ts";
import { chooseAnother } from "../../shared/proxy/choose-endpoint.ts";
import { externalUnreachable, refusalOf, unreachable, type Refusal } from "../../shared/proxy/refusal.ts";
import type { Forward, Packet, Verdict } from "../../shared/proxy/verdict.ts";
import { DEFAULT_CLUSTER, type Env } from "../env.ts";
import { tablesFor, type LiveTables } from "../tables.ts";
import { decide } from "./decide.ts";
import { countRefusal } from "./metrics.ts";
import { unavailableRefusal } from "./responses.ts";
import { refuseTunnel } from "./tunnel-refusal.ts";

/** Endpoints tried after the first: nothing has been sent to one that takes no connection. */
const MAX_RETRIES = 2;

/** Where there is nobody to connect to a client that speaks TLS or HTTP is told so, and another's socket ends with an error that says why. */
export async function connectTcp(client: Socket, env: Env, ctx: ExecutionContext): Promise<void> {
  // What the client wrote as the address is this socket's own.
  const { localAddress: authority = "" } = await client.opened;
  const backend = await backendFor(authority, env, ctx);
  if ("reason" in backend) return refuse(client, authority, backend);
  await Promise.all([client.readable.pipeTo(backend.writable), backend.readable.pipeTo(client.writable)]);
}

async function refuse(client: Socket, authority: string, refusal: Refusal): Promise<void> {
  countRefusal(refusal.service, refusal.reason);
  if (!(await refuseTunnel(client, refusal))) throw new Error(refusal.message);
  // An alert of TLS has no room for a reason.
  console.warn(`no tunnel to ${JSON.stringify(authority.slice(0, 300))}: ${refusal.message}`);
}

async function backendFor(authority: string, env: Env, ctx: ExecutionContext): Promise<Socket | Refusal> {
  const tables = await tablesFor(env, ctx, DEFAULT_CLUSTER);
  if (tables === null) return unavailableRefusal(`cluster ${JSON.stringify(DEFAULT_CLUSTER)}`);
  const packet: Packet = { authority, scheme: "http", source: null };
  const verdict = await decide(tables, packet);
  if (typeof verdict === "string") return unavailableRefusal(`namespace ${JSON.stringify(verdict)}`);
  if (verdict.kind === "forward") return openOne(tables, verdict);
  return verdict.kind === "externalName" ? openExternal(verdict) : refusalOf(verdict, packet);
}

async function open(address: SocketAddress): Promise<Socket> {
  const socket = dialTcp(address);
  await socket.opened;
  return socket;
}

const openExternal = ({
  service,
  host: hostname,
  port,
}: Verdict & { readonly kind: "externalName" }): Promise<Socket | Refusal> =>
  open({ hostname, port }).catch((error: unknown) =>
    externalUnreachable(service, `${hostname}:${port}`, String(error)),
  );

async function openOne(tables: LiveTables, first: Forward): Promise<Socket | Refusal> {
  let forward = first;
  for (const tried = [first.endpoint]; ; tried.push(forward.endpoint)) {
    const address = addressOf(tables, forward);
    const outcome = typeof address === "string" ? address : await open(address).catch(String);
    if (typeof outcome !== "string") return outcome;
    const endpoint =
      forward.choice === null || tried.length > MAX_RETRIES
        ? null
        : chooseAnother(forward.port, forward.choice, tried, (n) => Math.floor(Math.random() * n));
    if (endpoint === null) return unreachable(forward, tried.length, outcome);
    forward = { ...forward, endpoint };
  }
}

/** Where the backend listens. A string: it has no port of its own that one could connect to. */
function addressOf(tables: LiveTables, { service, endpoint }: Forward): SocketAddress | string {
  const target = backendTarget(service, endpoint, tables.cluster.facts.imageRules);
  if (target.kind !== "url") return `it speaks HTTP only (${target.kind}): ask for http://, without CONNECT`;
  const { protocol, hostname, port } = new URL(target.base);
  return { hostname, port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
}

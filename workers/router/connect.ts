/** TCP through the service binding: `env.MESH.connect("db.shop:5432")`. Bytes go both ways as they are. */
import { connect as dialTcp } from "cloudflare:sockets";
import { backendTarget } from "../../shared/proxy/backend-url.ts";
import { chooseAnother } from "../../shared/proxy/choose-endpoint.ts";
import { refusalOf } from "../../shared/proxy/refusal.ts";
import type { Forward, Packet } from "../../shared/proxy/verdict.ts";
import { DEFAULT_CLUSTER, type Env } from "../env.ts";
import { tablesFor, type LiveTables } from "../tables.ts";
import { decide } from "./decide.ts";
import { countRefusal } from "./metrics.ts";

/** Endpoints tried after the first: nothing has been sent to one that takes no connection. */
const MAX_RETRIES = 2;

/** Ends with an error that says why when there is nobody to connect to; the client's socket then closes. */
export async function connectTcp(client: Socket, env: Env, ctx: ExecutionContext): Promise<void> {
  // What the client wrote as the address is this socket's own.
  const { localAddress: authority = "" } = await client.opened;
  const tables = await tablesFor(env, ctx, DEFAULT_CLUSTER);
  if (tables === null) throw new Error("the cluster's table has not been read yet, and its store does not answer");
  const packet: Packet = { authority, scheme: "http", source: null };
  const verdict = await decide(tables, packet);
  if (typeof verdict === "string") throw new Error(`the table of namespace ${verdict} has not been read yet`);
  if (verdict.kind !== "forward" && verdict.kind !== "externalName") {
    const { reason, message, service } = refusalOf(verdict, packet);
    countRefusal(service, reason);
    throw new Error(message);
  }
  const backend =
    verdict.kind === "externalName"
      ? await open({ hostname: verdict.host, port: verdict.port })
      : await openOne(tables, verdict);
  await Promise.all([client.readable.pipeTo(backend.writable), backend.readable.pipeTo(client.writable)]);
}

async function open(address: SocketAddress): Promise<Socket> {
  const socket = dialTcp(address);
  await socket.opened;
  return socket;
}

async function openOne(tables: LiveTables, first: Forward): Promise<Socket> {
  let forward = first;
  for (const tried = [first.endpoint]; ; tried.push(forward.endpoint)) {
    try {
      return await open(addressOf(tables, forward));
    } catch (error) {
      const endpoint =
        forward.choice === null || tried.length > MAX_RETRIES
          ? null
          : chooseAnother(forward.port, forward.choice, tried, (n) => Math.floor(Math.random() * n));
      if (endpoint === null) throw error;
      forward = { ...forward, endpoint };
    }
  }
}

/** Where the backend listens. Those without a port of their own have nothing to connect to. */
function addressOf(tables: LiveTables, { service, endpoint }: Forward): SocketAddress {
  const target = backendTarget(service, endpoint, tables.cluster.facts.imageRules);
  if (target.kind !== "url") {
    throw new Error(`the backend of ${service.namespace}/${service.name} speaks HTTP only (${target.kind})`);
  }
  const { protocol, hostname, port } = new URL(target.base);
  return { hostname, port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
}

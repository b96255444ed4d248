/** Probes that open a connection of their own: `tcpSocket`, and `grpc`, which a health service has to answer. Never reject. */
import { connect } from "cloudflare:sockets";
import type { ProbeOutcome } from "../shared/controllers/kubelet/probe-worker.ts";
import { grpcFailure, GrpcReader, grpcRequest, grpcTimeout, type GrpcCheck } from "../shared/kubelet/grpc-health.ts";
import { tcpOutput } from "../shared/kubelet/kubelet-request.ts";
import type { Env } from "../workers/env.ts";

export interface Dialled {
  readonly address: SocketAddress;
  /** In ms. */
  readonly timeout: number;
  readonly env: Pick<Env, "OUTBOUND">;
  /** The address that messages name. */
  readonly shown: string;
}

const HEALTHY: ProbeOutcome = { healthy: true, output: null };
const unhealthy = (output: string): ProbeOutcome => ({ healthy: false, output });

/** Healthy when the connection opens in time. */
export const probeTcpSocket = (dialled: Dialled): Promise<ProbeOutcome> =>
  withSocket(dialled, {
    ask: () => Promise.resolve(HEALTHY),
    late: () => unhealthy(tcpOutput(dialled.shown, true)),
    refused: unhealthy(tcpOutput(dialled.shown, false)),
  });

/** Healthy when the server says that it serves. A connection that is refused would be tried again until the time is out. */
export function probeGrpcHealth(dialled: Dialled, service: string): Promise<ProbeOutcome> {
  const check = { authority: dialled.shown, service };
  const late = (isOpen: boolean): ProbeOutcome => unhealthy(grpcTimeout(check, dialled.timeout, isOpen));
  return withSocket(dialled, { ask: (socket) => call(socket, check), late, refused: late(false) });
}

async function call(socket: Socket, check: GrpcCheck): Promise<ProbeOutcome> {
  const writer = socket.writable.getWriter();
  const source = socket.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const reader = new GrpcReader();
  await writer.write(grpcRequest(check));
  for (;;) {
    const { done, value } = await source.read();
    const answer = reader.take(done ? null : value);
    if (answer.kind !== "more") {
      const failure = grpcFailure(answer);
      return failure === null ? HEALTHY : unhealthy(failure);
    }
    if (answer.reply.length > 0) await writer.write(answer.reply);
  }
}

interface Conversation {
  readonly ask: (socket: Socket) => Promise<ProbeOutcome>;
  /** The time is out; whether the connection was open by then. */
  readonly late: (isOpen: boolean) => ProbeOutcome;
  /** It could not be opened, or broke. */
  readonly refused: ProbeOutcome;
}

async function withSocket(
  { address, timeout, env }: Dialled,
  { ask, late, refused }: Conversation,
): Promise<ProbeOutcome> {
  const isLate = Promise.withResolvers<"late">();
  const timer = setTimeout(() => isLate.resolve("late"), timeout);
  let socket: Socket | null = null;
  try {
    socket = env.OUTBOUND === undefined ? connect(address) : env.OUTBOUND.connect(address);
    // It rejects together with `opened`, and nobody waits for it.
    socket.closed.catch(() => undefined);
    if ((await Promise.race([socket.opened, isLate.promise])) === "late") return late(false);
    const asking = ask(socket);
    // When it is late nobody hears how it ends.
    asking.catch(() => undefined);
    const outcome = await Promise.race([asking, isLate.promise]);
    return outcome === "late" ? late(true) : outcome;
  } catch {
    return refused;
  } finally {
    clearTimeout(timer);
    socket?.close().catch(() => undefined);
  }
}

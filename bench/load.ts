/** Closed-loop HTTP load: so many connections, each with one request under way, for so long. */
import { readFileSync } from "node:fs";
import { Client } from "undici";

export interface Load {
  /** `http://127.0.0.1:8080` */
  readonly origin: string;
  /** The requests of connection `i`, in turn; `n` counts from 0. */
  readonly request: (n: number) => LoadRequest;
  readonly connections: number;
  readonly seconds: number;
  /** The process whose CPU time is counted, if any. */
  readonly pid: number | null;
}

/** A POST where there is a body. */
export interface LoadRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface Measured {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 200, and requests that failed. */
  readonly errors: number;
  /** CPU microseconds of the process per request; null where they cannot be read. */
  readonly cpuMicroseconds: number | null;
}

/** Runs the load and measures it. The answers' bodies are read and thrown away. */
export async function run(load: Load): Promise<Measured> {
  const clients = Array.from({ length: load.connections }, () => new Client(load.origin, { pipelining: 1 }));
  const latencies: number[] = [];
  let errors = 0;
  let n = 0;
  const cpuBefore = cpuMicroseconds(load.pid);
  const start = performance.now();
  const end = start + load.seconds * 1000;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < end) {
        const began = performance.now();
        try {
          const { statusCode, body } = await client.request(methodOf(load.request(n++)));
          await body.dump();
          if (statusCode !== 200) errors++;
        } catch {
          errors++;
        }
        latencies.push(performance.now() - began);
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1000;
  const cpuAfter = cpuMicroseconds(load.pid);
  await Promise.all(clients.map((client) => client.close()));
  latencies.sort((a, b) => a - b);
  return {
    requestsPerSecond: latencies.length / elapsed,
    p50: latencies[Math.floor(latencies.length * 0.5)] ?? Number.NaN,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
    errors,
    cpuMicroseconds: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / latencies.length,
  };
}

const methodOf = (request: LoadRequest): LoadRequest & { readonly method: "GET" | "POST" } => ({
  ...request,
  method: request.body === undefined ? "GET" : "POST",
});

/** User and system time of a process so far (Linux: clock ticks of 10 ms). */
function cpuMicroseconds(pid: number | null): number | null {
  if (pid === null) return null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return null;
  }
}

/** Open-loop HTTP load: so many requests a second, whether or not those before have been answered. */
import { Agent, type Dispatcher } from "undici";

export interface RatedRequest {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  readonly body: string | null;
}

export interface RatedResponse {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData["headers"];
  readonly body: string;
  /** `performance.now()` when the request was sent. */
  readonly sentAt: number;
}

export interface ConstantRate {
  readonly origin: string;
  readonly perSecond: number;
  readonly request: (n: number) => RatedRequest;
  /** What is wrong with a response; null: nothing. */
  readonly complaint: (response: RatedResponse, request: RatedRequest) => string | null;
}

export interface Traffic {
  /** Sent so far. */
  readonly sent: () => number;
  /** What went wrong so far, each with the second in which it was sent. */
  readonly failures: readonly string[];
  /** Ends it, once all are answered; gives latencies in ms, in order. */
  readonly stop: () => Promise<readonly number[]>;
}

const TICK_MILLISECONDS = 5;

/** Connections are kept alive and opened as they are needed, as an HTTP client does. */
export function startTraffic({ origin, perSecond, request, complaint }: ConstantRate): Traffic {
  const agent = new Agent({ connections: 64, pipelining: 1 });
  const failures: string[] = [];
  const latencies: number[] = [];
  const underWay = new Set<Promise<void>>();
  const start = performance.now();
  let n = 0;
  const one = async (asked: RatedRequest): Promise<void> => {
    const sentAt = performance.now();
    const fail = (why: string): void =>
      void failures.push(`after ${((sentAt - start) / 1000).toFixed(2)} s, ${asked.method}: ${why}`);
    try {
      const { statusCode, headers, body } = await agent.request({ origin, ...asked });
      const why = complaint({ status: statusCode, headers, body: await body.text(), sentAt }, asked);
      if (why !== null) fail(why);
    } catch (error) {
      fail(String(error));
    }
    latencies.push(performance.now() - sentAt);
  };
  const timer = setInterval(() => {
    const due = ((performance.now() - start) / 1000) * perSecond;
    while (n < due) {
      const sending = one(request(n++)).finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
  }, TICK_MILLISECONDS);
  return {
    sent: () => n,
    failures,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      await agent.close();
      return latencies.sort((a, b) => a - b);
    },
  };
}

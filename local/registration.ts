/**
 * `wherry/registration`: keeps an HTTP server registered behind a Service. Needs nothing but `fetch` and timers, so it runs
 * in Node, Workers and browsers. What is exported is described in `registration-types.ts`.
 */
import { fnv32a } from "../shared/apimachinery/hash.ts";
import type { Registration, RegistrationOptions } from "./registration-types.ts";

const DEFAULT_TTL_SECONDS = 30;
/** The first wait after a failure; it doubles with each further one, up to the time between renewals. */
const FIRST_RETRY_MILLISECONDS = 250;
/** So long a request may take at least, however short the time to live is. */
const LEAST_TIMEOUT_MILLISECONDS = 1000;
/** Refusals that asking again does not change. */
const FINAL = new Set([400, 401, 403, 405, 409, 413, 415, 422]);

/** The server's answer, when it was no success. */
class Refused extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export async function registerOnce(options: RegistrationOptions): Promise<string> {
  await send(options, "PUT");
  return idOf(options);
}

export async function register(options: RegistrationOptions): Promise<Registration> {
  const keeper = new Keeper(options);
  await keeper.start();
  return { id: idOf(options), stop: () => keeper.stop() };
}

class Keeper {
  readonly #options: RegistrationOptions;
  #failures = 0;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The attempt under way. */
  #attempt: Promise<void> = Promise.resolve();

  constructor(options: RegistrationOptions) {
    this.#options = options;
  }

  /** Resolves with the first success; rejects when there cannot be one. */
  async start(): Promise<void> {
    for (;;) {
      try {
        await send(this.#options, "PUT");
        break;
      } catch (error) {
        if (error instanceof Refused && FINAL.has(error.code)) throw error;
        this.#failed(error);
        await new Promise((resolve) => setTimeout(resolve, this.#pause()));
      }
    }
    this.#failures = 0;
    this.#later();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    // A renewal that arrives after the deletion would undo it.
    await this.#attempt;
    await send(this.#options, "DELETE").catch(() => undefined);
  }

  #later(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#attempt = this.#renew();
    }, this.#pause());
    // A program that has nothing else to do may end. Browsers and Workers have plain numbers here.
    const timer: unknown = this.#timer;
    if (typeof timer === "object" && timer !== null && "unref" in timer) (timer as { unref: () => void }).unref();
  }

  async #renew(): Promise<void> {
    try {
      await send(this.#options, "PUT");
      this.#failures = 0;
    } catch (error) {
      this.#failed(error);
    }
    this.#later();
  }

  #failed(error: unknown): void {
    this.#failures++;
    const failure = error instanceof Error ? error : new Error(String(error));
    const { service, namespace = "default", onError } = this.#options;
    if (onError === undefined) console.warn(`registration for ${namespace}/${service} failed: ${failure.message}`);
    else onError(failure);
  }

  /** Until the next attempt, in ms. Jitter keeps those that started together from renewing together for ever. */
  #pause(): number {
    const interval = intervalOf(this.#options);
    if (this.#failures === 0) return interval * (0.9 + 0.2 * Math.random());
    const backOff = Math.min(interval, FIRST_RETRY_MILLISECONDS * 2 ** (this.#failures - 1));
    return backOff * (0.5 + 0.5 * Math.random());
  }
}

/** Two renewals may be lost before the time is up. Whole milliseconds: Node takes no others for a timeout. */
const intervalOf = ({ ttlSeconds = DEFAULT_TTL_SECONDS }: RegistrationOptions): number =>
  Math.ceil((ttlSeconds * 1000) / 3);

async function send(options: RegistrationOptions, method: "PUT" | "DELETE"): Promise<void> {
  const { token, url, weight, zone, ttlSeconds = DEFAULT_TTL_SECONDS } = options;
  const ask = options.fetch ?? ((to: string, init: RequestInit) => fetch(to, init));
  const response = await ask(addressOf(options), {
    method,
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(method === "PUT" ? { body: JSON.stringify({ url, weight, zone, ttlSeconds }) } : {}),
    signal: AbortSignal.timeout(Math.max(LEAST_TIMEOUT_MILLISECONDS, intervalOf(options))),
  });
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, messageOf(text) ?? `${response.status} ${text.slice(0, 200)}`);
}

function addressOf(options: RegistrationOptions): string {
  const { server, namespace = "default", service } = options;
  const [ns, svc, id] = [namespace, service, idOf(options)].map(encodeURIComponent);
  return `${server.replace(/\/+$/, "")}/registry/v1/namespaces/${ns}/services/${svc}/endpoints/${id}`;
}

/** The message of a Kubernetes `Status`. */
function messageOf(text: string): string | null {
  try {
    const status: unknown = JSON.parse(text);
    const message = typeof status === "object" && status !== null && "message" in status ? status.message : null;
    return typeof message === "string" ? message : null;
  } catch {
    return null;
  }
}

/** The same for the same URL: a server that starts again takes its own place, and is not there twice. */
function idOf({ id, url }: RegistrationOptions): string {
  if (id !== undefined) return id;
  const slug = url
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 50);
  return `${slug.replace(/^-|-$/g, "")}-${fnv32a(url).toString(16).padStart(8, "0")}`.replace(/^-/, "");
}

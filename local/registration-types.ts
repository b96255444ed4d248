/**
 * The types of `wherry/registration`. This file has no imports and no values: the build ships it as `registration.d.ts`.
 *
 * ```ts
 * import { register } from "wherry/registration";
 *
 * const registration = await register({
 *   server: "http://127.0.0.1:6443",
 *   namespace: "shop",
 *   service: "web",
 *   url: "http://127.0.0.1:3000",
 * });
 * process.once("SIGTERM", () => registration.stop());
 * ```
 */

export interface RegistrationOptions {
  /** URL of the Kubernetes API; it may end in `/clusters/<id>`. */
  readonly server: string;
  /** The bearer token of the API; none is asked for by a local cluster. */
  readonly token?: string;
  /** `default` unless said otherwise. */
  readonly namespace?: string;
  /** The Service to stand behind. It must exist; a selector is not needed. */
  readonly service: string;
  /** Where requests shall go: `http(s)://host[:port][/base]`, as the router can reach it. */
  readonly url: string;
  /** Names this endpoint among those of the Service, in the form of a DNS name. Made from the URL unless given. */
  readonly id?: string;
  /** Its share of the requests relative to other registered endpoints: 1 to 65535, 1 unless said otherwise. */
  readonly weight?: number;
  readonly zone?: string;
  /** So long it stays in after its last renewal: 1 to 86400, 30 unless said otherwise. */
  readonly ttlSeconds?: number;
  /** What requests are sent with, such as that of a service binding; the global `fetch` unless given. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Hears of every attempt that failed and will be made again. Unless given, it is a warning on the console. */
  readonly onError?: (error: Error) => void;
}

/** An endpoint that is kept registered. */
export interface Registration {
  readonly id: string;
  /** Renews no more and takes the endpoint out. Never rejects: where that fails, its time runs out by itself. */
  stop(): Promise<void>;
}

/**
 * Registers, and keeps registered until `stop`: renews at a third of the time to live, and tries again after failures.
 * Resolves when requests can arrive. Rejects with the server's message when it refuses what is asked for (a wrong URL,
 * token or Service type); a server that does not answer, and a Service that does not exist yet, are waited for.
 */
export declare function register(options: RegistrationOptions): Promise<Registration>;

/**
 * Registers or renews once, for programs that are called regularly and have no timers of their own, such as a Worker's
 * `scheduled` handler. Resolves to the id, and rejects when it did not come to be.
 */
export declare function registerOnce(options: RegistrationOptions): Promise<string>;

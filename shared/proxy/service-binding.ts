/** Service bindings of the deployment, which backends may be (`binding:NAME`). */

/** What a binding, like the way out, can be asked. */
export interface Outbound {
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
}

/**
 * Durable Object namespaces, variables and the like are in `env` too: only a service binding is a backend. It answers to
 * any property name (each could be an RPC method), so its class is what tells it.
 */
export function serviceBinding(env: object, name: string): Outbound | null {
  const binding: unknown = Object.hasOwn(env, name) ? (env as Readonly<Record<string, unknown>>)[name] : undefined;
  const isFetcher = typeof binding === "object" && binding !== null && binding.constructor.name === "Fetcher";
  return isFetcher ? (binding as Outbound) : null;
}

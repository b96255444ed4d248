import type { Client } from "../../shared/dns/plugins/plugin.ts";
import type { Serving } from "../../shared/dns/serve.ts";
import type { LiveTables } from "../tables.ts";
import type { DnsRequest } from "./path.ts";
import { settingsOf } from "./settings.ts";

/** A local process is asked from its own machine. */
const LOOPBACK = "127.0.0.1";

/** What a request is answered by. */
export function servingOf({ request, path }: DnsRequest, tables: LiveTables): Serving {
  const { configuration, options } = settingsOf(tables.cluster);
  const { searchNamespace: namespace } = path;
  const client = new RequestClient(request, namespace);
  return {
    configuration,
    tables,
    client,
    options: namespace === null ? options : { ...options, searchNamespace: namespace },
  };
}

/** Headers are looked at only for plugins that ask who the client is. */
class RequestClient implements Client {
  readonly namespace: string | null;
  readonly port = 0;
  readonly protocol = "https";
  readonly #request: Request;

  constructor(request: Request, namespace: string | null) {
    this.#request = request;
    this.namespace = namespace;
  }

  get address(): string {
    return this.#request.headers.get("cf-connecting-ip") ?? LOOPBACK;
  }
}

import type { Serving } from "../../shared/dns/serve.ts";
import type { LiveTables } from "../tables.ts";
import type { DnsRequest } from "./path.ts";
import { settingsOf } from "./settings.ts";

/** What a request is answered by. */
export function servingOf({ client, path }: DnsRequest, tables: LiveTables): Serving {
  const { configuration, options } = settingsOf(tables.cluster);
  const { searchNamespace } = path;
  if (searchNamespace === null) return { configuration, tables, client, options };
  return {
    configuration,
    tables,
    client: { ...client, namespace: searchNamespace },
    options: { ...options, searchNamespace },
  };
}

/** The command line of `wherry dig`. */
import { parseArgs } from "node:util";

export interface DigOptions {
  readonly name: string;
  readonly type: string;
  /** Asks as a Pod of this namespace; null: the name is complete. */
  readonly from: string | null;
  readonly explain: boolean;
  readonly json: boolean;
  /** Where `wherry up` serves DNS over HTTPS. */
  readonly server: string;
  /** The administrator's; null: none is sent, and none is needed on the cluster's own machine. */
  readonly token: string | null;
  readonly help: boolean;
}

export const DIG_HELP = `Asks the DNS of a running cluster, and says why it answers as it does.

Usage: wherry dig NAME [TYPE] [flags]

TYPE is a record type such as A (the default), AAAA, SRV or PTR, or its number.

Flags:
  --from NAMESPACE    ask as a Pod of this namespace: short names go through its search path
  --explain           show each name that was looked for, what was found, and why it answers so
  --json              print the explanation as JSON
  --server URL        DNS over HTTPS of the cluster (default http://127.0.0.1:8053); /clusters/ID may follow
  --token TOKEN       the administrator's token, where the API asks for one (default $WHERRY_ADMIN_TOKEN)
  -h, --help          this text

The exit code is 0 for an answer, also one that there is no such name; 1 when there is none; 2 for a bad command line.

Example:
  wherry dig web --from shop --explain
`;

const DEFAULT_SERVER = "http://127.0.0.1:8053";

/** The part of the process' environment that is looked at. */
export interface Environment {
  readonly WHERRY_ADMIN_TOKEN?: string | undefined;
  readonly KUBECONFIG?: string | undefined;
}

/** The options, or what is wrong with the command line. `args` is what follows `dig`. */
export function parseDig(args: readonly string[], environment: Environment = {}): DigOptions | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        from: { type: "string" },
        explain: { type: "boolean" },
        json: { type: "boolean" },
        server: { type: "string" },
        token: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    const [name, type = "A", more] = positionals;
    const help = values.help === true;
    if (name === undefined && !help) return "dig takes a name: wherry dig web.shop.svc.cluster.local";
    if (more !== undefined) return `dig takes one name and one type: what is ${JSON.stringify(more)}?`;
    const server = values.server ?? DEFAULT_SERVER;
    if (!URL.canParse(server)) return `--server takes a URL, not ${JSON.stringify(server)}`;
    const flags = { explain: values.explain === true, json: values.json === true, help };
    const token = values.token ?? environment.WHERRY_ADMIN_TOKEN ?? "";
    return { name: name ?? "", type, from: values.from ?? null, server, token: token === "" ? null : token, ...flags };
  } catch (error) {
    return error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error);
  }
}

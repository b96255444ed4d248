/** The command lines of `wherry explain` and `wherry ingress lint`. */
import { parseArgs } from "node:util";

export interface ExplainOptions {
  readonly url: URL;
  readonly method: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly json: boolean;
  readonly server: string;
  /** Its current cluster is asked instead of the server; null: none is named. */
  readonly kubeconfig: string | null;
  readonly help: boolean;
}

export interface LintOptions {
  /** `-`: standard input. */
  readonly files: readonly string[];
  readonly help: boolean;
}

const DEFAULT_SERVER = "http://127.0.0.1:6443";

export const EXPLAIN_HELP = `Says which Ingress of a running cluster a request would go to, and why no other.

Usage: wherry explain URL [flags]

Flags:
  -H, --header 'NAME: VALUE'   a header of the request; may be repeated
  -X, --method METHOD          its method (default GET)
  --json                       print the explanation as JSON
  --server URL                 Kubernetes API of the cluster (default ${DEFAULT_SERVER}); /clusters/ID may follow
  --kubeconfig FILE            ask the current cluster of this file, by its token and authority, instead
  -h, --help                   this text

Example:
  wherry explain http://shop.example.com/cart?x=1 -H 'X-Canary: always'
`;

export const LINT_HELP = `Says what an Ingress asks for that it will not get: annotations, classes, backends, certificates.

Usage: wherry ingress lint FILE...

FILE is a manifest, "-" standard input. Nothing is applied, and no cluster is asked.
The exit code is 0 when all is well, 1 when there is something to say; 2 for a bad command line.

Example:
  kubectl get ingress -A -o yaml | wherry ingress lint -
`;

/** The options, or what is wrong with the command line. `args` is what follows `explain`. */
export function parseExplain(args: readonly string[]): ExplainOptions | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        header: { type: "string", short: "H", multiple: true },
        method: { type: "string", short: "X" },
        json: { type: "boolean" },
        server: { type: "string" },
        kubeconfig: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    const help = values.help === true;
    const [text = help ? "http://localhost/" : "", more] = positionals;
    if (!/^https?:\/\//.test(text) || !URL.canParse(text))
      return "explain takes a URL: wherry explain http://shop.test/";
    if (more !== undefined) return `explain takes one URL: what is ${JSON.stringify(more)}?`;
    const bad = values.header?.find((header) => !/^[^:\s]+:/.test(header));
    if (bad !== undefined) return `--header takes 'NAME: VALUE', not ${JSON.stringify(bad)}`;
    const headers = new Map(
      (values.header ?? []).map((header): [string, string] => {
        const colon = header.indexOf(":");
        return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
      }),
    );
    const server = (values.server ?? DEFAULT_SERVER).replace(/\/$/, "");
    if (!URL.canParse(server)) return `--server takes a URL, not ${JSON.stringify(server)}`;
    const method = values.method ?? "GET";
    const kubeconfig = values.kubeconfig ?? null;
    if (kubeconfig !== null && values.server !== undefined) return "--kubeconfig names the server: leave --server out";
    return { url: new URL(text), method, headers, json: values.json === true, server, kubeconfig, help };
  } catch (error) {
    return error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error);
  }
}

/** The same, for what follows `ingress`. */
export function parseLint(args: readonly string[]): LintOptions | string {
  const help = args.includes("--help") || args.includes("-h");
  const [command, ...files] = args;
  if (help) return { files: [], help };
  if (command !== "lint") return 'there is only "wherry ingress lint FILE..."';
  const flag = files.find((file) => file.startsWith("-") && file !== "-");
  if (flag !== undefined) return `"ingress lint" takes files: what is ${JSON.stringify(flag)}?`;
  return files.length === 0 ? "ingress lint takes files: wherry ingress lint ingress.yaml" : { files, help };
}

/** The command line of `wherry rules`. */
import { parseArgs } from "node:util";

const FORMATS = ["iptables-save", "ip6tables-save", "ipvsadm", "nft"] as const;

export interface RulesOptions {
  readonly format: (typeof FORMATS)[number];
  readonly kubeconfig: string;
  /** Null: the first one. */
  readonly node: string | null;
  readonly help: boolean;
}

export const RULES_HELP = `Prints the rules that kube-proxy would have programmed on a node for the Services of a cluster.

Usage: wherry rules [flags]

Flags:
  --format FORMAT     iptables-save (the default), ip6tables-save, nft, or ipvsadm
  --kubeconfig FILE   the cluster, this one or any other (default $KUBECONFIG, or .wherry/kubeconfig)
  --node NAME         the node (default: the first)
  -h, --help          this text

Example:
  wherry rules --format iptables-save | grep KUBE-SVC
`;

export const RULES_FORMATS: readonly string[] = FORMATS;

const isFormat = (text: string): text is RulesOptions["format"] => RULES_FORMATS.includes(text);

/** The options, or what is wrong with the command line. `args` is what follows `rules`. */
export function parseRules(args: readonly string[], fallbackKubeconfig: string): RulesOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        format: { type: "string" },
        kubeconfig: { type: "string" },
        node: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    const { format = "iptables-save", kubeconfig = fallbackKubeconfig, node = null, help = false } = values;
    if (!isFormat(format)) return `--format is one of ${RULES_FORMATS.join(", ")}, not ${JSON.stringify(format)}`;
    return { format, kubeconfig, node, help };
  } catch (error) {
    return error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error);
  }
}

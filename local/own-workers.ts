/** Workers of the user's own in the cluster's workerd (`--worker`): bound to the router, and backends themselves. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { UserError, messageOf } from "./errors.ts";

/** A Worker in one file, and the name of the service binding by which backends name it. */
export interface OwnWorker {
  readonly binding: string;
  readonly contents: string;
  readonly fileName: string;
}

/** As JavaScript wants it, for the Worker's code may say `env.NAME`. */
const RULE = /^([A-Za-z_$][A-Za-z0-9_$]{0,127})=(.+)$/s;
/** What the Workers of Wherry are bound to already. */
const TAKEN = new Set([
  "CLUSTER_STORE",
  "NAMESPACE_STORE",
  "ENDPOINT_HEALTH",
  "API_SERVER",
  "MESH",
  "OUTBOUND",
  "RESOLVER",
  "SERVICE_CLUSTER_IP_RANGE",
  "POD_CIDR",
  "CLUSTER_DOMAIN",
  "NODES",
  "ZONES",
  "EXTERNAL_ZONE",
  "ACCESS_LOG",
  "INGRESS_ADDRESS",
  "INGRESS_TLS_PORT",
]);

/** What is wrong with the values of `--worker`; null: nothing that can be told without reading files. */
export function badWorker(rules: readonly string[]): string | null {
  const names = new Set<string>();
  for (const rule of rules) {
    const name = RULE.exec(rule)?.[1];
    if (name === undefined) {
      return `--worker takes NAME=FILE, as in FRONTEND=worker.js, where NAME could be a variable's name, not ${JSON.stringify(rule)}`;
    }
    if (TAKEN.has(name) || name.startsWith("WHERRY_"))
      return `--worker ${name}: Wherry has a binding of that name itself`;
    if (names.has(name.toLowerCase())) return `--worker ${name} is given twice`;
    names.add(name.toLowerCase());
  }
  return null;
}

/** Reads the files. Throws a `UserError` for one that cannot be read. */
export function readWorkers(rules: readonly string[]): readonly OwnWorker[] {
  return rules.map((rule) => {
    const [, binding = "", path = ""] = RULE.exec(rule) ?? [];
    try {
      return { binding, contents: readFileSync(path, "utf8"), fileName: basename(path) };
    } catch (error) {
      throw new UserError(`--worker ${binding}: ${messageOf(error)}`);
    }
  });
}

/** What Miniflare calls a Worker of the user's own. */
export const ownName = (binding: string): string => `own-${binding}`;

/** The same failure to start, in the user's terms where it is one of these Workers that failed. */
export function explainStart(error: unknown): unknown {
  const [, binding, why] = /\bcore:user:own-([\w$]+): ([^"\\\n]+)/.exec(messageOf(error)) ?? [];
  return binding === undefined || why === undefined ? error : new UserError(`--worker ${binding}: ${why}`);
}

/** Which plugin does what a directive of a Corefile asks for. */
import { acl } from "./acl.ts";
import { bufsize, debug, health, ignored, loop, prometheus, ready, reload, unsupported } from "./accepted.ts";
import { autopath } from "./autopath.ts";
import { cache } from "./cache.ts";
import { forward } from "./forward.ts";
import { hosts } from "./hosts.ts";
import { k8sExternal } from "./k8s-external.ts";
import { kubernetes } from "./kubernetes.ts";
import { loadbalance } from "./loadbalance.ts";
import { errors, log } from "./log.ts";
import type { Setup } from "./plugin.ts";
import { rewrite } from "./rewrite.ts";
import { template } from "./template.ts";
import { transfer } from "./transfer.ts";
import { any, chaos, local, minimal, nsid, whoami } from "./small.ts";

const SETUPS: ReadonlyMap<string, Setup> = new Map<string, Setup>([
  ["acl", acl],
  ["any", any],
  ["autopath", autopath],
  ["bufsize", bufsize],
  ["cache", cache],
  ["chaos", chaos],
  ["debug", debug],
  ["errors", errors],
  ["forward", forward],
  ["health", health],
  ["hosts", hosts],
  ["k8s_external", k8sExternal],
  ["kubernetes", kubernetes],
  ["loadbalance", loadbalance],
  ["local", local],
  ["log", log],
  ["loop", loop],
  ["minimal", minimal],
  ["nsid", nsid],
  ["prometheus", prometheus],
  ["ready", ready],
  ["reload", reload],
  ["rewrite", rewrite],
  ["template", template],
  ["transfer", transfer],
  ["whoami", whoami],
  // Sockets, certificates, processes and their limits: the platform's.
  ...["bind", "cancel", "https", "https3", "metadata", "multisocket", "pprof", "quic", "root", "timeouts", "tls"].map(
    (name): [string, Setup] => [name, ignored],
  ),
]);

/** Every directive that the parser lets through has one. */
export function setupOf(directive: string): Setup {
  return SETUPS.get(directive) ?? unsupported(directive);
}

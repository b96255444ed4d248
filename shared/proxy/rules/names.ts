/** Names of chains: hashes, because iptables' names are short, and a name must be the same on every node. */
import { hostPort } from "../backend-url.ts";
import type { RuleEndpoint, RulePort } from "./ports.ts";

/** SHA-256 of a text's UTF-8 bytes: whoever calls has one. */
export type Sha256 = (text: string) => Uint8Array;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The first `length` characters of the Base32 form (RFC 4648 §6). */
export function base32(bytes: Uint8Array, length: number): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >>> (bits - 5)) & 31] ?? "";
    held &= (1 << bits) - 1;
    if (text.length >= length) break;
  }
  return text.slice(0, length);
}

/** `KUBE-SVC-…`: all endpoints, `SVL`: the node's own, `EXT`: from outside, `FW`: by source ranges. */
export const iptablesChain = (
  kind: "SVC" | "SVL" | "EXT" | "FW",
  { name, protocol }: RulePort,
  sha256: Sha256,
): string => `KUBE-${kind}-${base32(sha256(name + protocol), 16)}`;

export const endpointChain = ({ name, protocol }: RulePort, { address, port }: RuleEndpoint, sha256: Sha256): string =>
  `KUBE-SEP-${base32(sha256(`${name}${protocol}${hostPort(address, port)}`), 16)}`;

/** What nftables allows, less the longest of the prefixes that are put before it. */
const MAX_NFT_NAME = 256 - 16;

function hashed(name: string, sha256: Sha256): string {
  const whole = `${base32(sha256(name), 8)}-${name}`;
  return whole.length > MAX_NFT_NAME ? `${whole.slice(0, MAX_NFT_NAME - 3)}...` : whole;
}

/** `ULMVA6XW-ns1/svc1/tcp/p80` */
export const nftName = ({ namespace, service, protocol, portName }: RulePort, sha256: Sha256): string =>
  hashed(`${namespace}/${service}/${protocol}/${portName}`, sha256);

export const nftEndpointName = (
  { namespace, service, protocol, portName }: RulePort,
  { address, port }: RuleEndpoint,
  sha256: Sha256,
): string =>
  // A name of nftables may not have the colons of IPv6.
  hashed(`${namespace}/${service}/${protocol}/${portName}__${address.replaceAll(":", ".")}/${port}`, sha256);

/** Who asks, and over what: said by the platform on the edge, by the local agent otherwise. A client's own word counts for nothing. */
import type { Client } from "../../shared/dns/plugins/plugin.ts";
import { FRONT_HEADER } from "../arrival.ts";

/** How a message came to the agent's own socket, and from which port: `udp 53535`. */
const CLIENT_HEADER = "wherry-client";
const TRANSPORT_AND_PORT = /^(udp|tcp) ([0-9]{1,5})$/;

/** Whoever speaks to a local process without the agent between: it is open to its own machine. */
const LOCAL: Client = { namespace: null, address: "127.0.0.1", port: 0, protocol: "https" };

/**
 * `frontToken`: what the agent of a local process proves itself by; `undefined` on the edge, where there is none. Looks at one header where
 * it can, because each costs as much as a lookup.
 */
export function clientOf({ headers }: Request, frontToken: string | undefined): Client {
  if (frontToken === undefined) {
    const address = headers.get("cf-connecting-ip");
    return address === null ? LOCAL : { ...LOCAL, address };
  }
  if (frontToken === "" || headers.get(FRONT_HEADER) !== frontToken) return LOCAL;
  const address = headers.get("x-forwarded-for") ?? LOCAL.address;
  const [, protocol, port] = TRANSPORT_AND_PORT.exec(headers.get(CLIENT_HEADER) ?? "") ?? [];
  if (protocol !== "udp" && protocol !== "tcp") return { ...LOCAL, address };
  return { namespace: null, address, port: Number(port), protocol };
}

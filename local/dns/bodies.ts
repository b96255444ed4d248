import { MAX_MESSAGE_OCTETS } from "../../shared/dns/wire/decode.ts";
import type { SmallBodies } from "../http/small-bodies.ts";

/** Of DNS over HTTPS, in CoreDNS' times. */
export const DNS_BODIES: SmallBodies = {
  octets: MAX_MESSAGE_OCTETS,
  readMilliseconds: 3_000,
  writeMilliseconds: 5_000,
};

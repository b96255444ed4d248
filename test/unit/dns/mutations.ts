/** Broken messages, the same ones every time: whole messages with octets changed, cut off, or lying about what they hold. */
import { hex, queryFor } from "./messages.ts";

const LONG = `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}`;

const WHOLE: readonly Uint8Array[] = [
  queryFor("web.shop.svc.cluster.local", "A", { edns: { udpPayloadSize: 1232 } }),
  queryFor("_broker._tcp.kafka.db.svc.cluster.local", "SRV"),
  queryFor("to-alias.shop.svc.cluster.local", "AAAA"),
  queryFor("10.0.96.10.in-addr.arpa", "PTR"),
  queryFor("kubernetes.default.svc.cluster.local", "A"),
  // 255 octets, the most that a name may have.
  queryFor(LONG, "A"),
  hex("1234 0100 0001 0000 0000 0001 03 776562 c00c 0001 0001 00 0029 04d0 00000000 0000"),
];

/** One in a hundred is as long as a message can be. */
export function mutate(random: (n: number) => number): Uint8Array {
  const message = WHOLE[random(WHOLE.length)] ?? hex("");
  if (random(100) === 0) {
    const long = new Uint8Array(65_535).fill(random(256));
    long.set(message);
    for (let i = 4; i < 12; i++) long[i] = random(256);
    return long;
  }
  const mutated = message.slice(0, random(4) === 0 ? random(message.length + 1) : message.length);
  for (let i = random(6); i > 0; i--) if (mutated.length > 0) mutated[random(mutated.length)] = random(256);
  return mutated;
}

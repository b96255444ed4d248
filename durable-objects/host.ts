import type { Host } from "../shared/runtime/host.ts";

/** The real clock, identity and chance. */
export const host: Host = {
  now: () => Date.now(),
  uid: () => crypto.randomUUID(),
  pick: (n) => Math.floor(Math.random() * n),
};

import type { Endpoint } from "./table.ts";

/** An endpoint among those of its port. */
export const endpointKey = ({ address, port }: Pick<Endpoint, "address" | "port">): string => `${address} ${port}`;

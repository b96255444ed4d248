/** How a request came to the router, where a socket of a node or another edge took it in and says so. */
import { quoteStart } from "./quote-start.ts";

export interface Arrival {
  /** `address:port` that the client connected to; null: the request's own authority says where it goes. */
  readonly destination: string | null;
  /** The client's address; null where nobody knows it. */
  readonly client: string | null;
  /** From outside the cluster. */
  readonly isExternal: boolean;
}

/** Words of `wherry-arrival`: `to=127.0.0.1:30080 from=198.51.100.7 external`, in any order. */
const WORD = /^(?:to=(?<to>\S{1,300})|from=(?<from>[0-9a-fA-F.:]{2,45})|(?<external>external))$/;

/** A string says what is wrong with it. */
export function parseArrival(header: string): Arrival | string {
  let arrival: Arrival = { destination: null, client: null, isExternal: false };
  for (const word of header.trim().split(" ", 4)) {
    const { to, from, external } = WORD.exec(word)?.groups ?? {};
    if (to !== undefined) arrival = { ...arrival, destination: to };
    else if (from !== undefined) arrival = { ...arrival, client: from };
    else if (external !== undefined) arrival = { ...arrival, isExternal: true };
    else return `${quoteStart(word)} is no part of a wherry-arrival header`;
  }
  return arrival;
}

export const formatArrival = ({ destination, client, isExternal }: Arrival): string =>
  [
    ...(destination === null ? [] : [`to=${destination}`]),
    ...(client === null ? [] : [`from=${client}`]),
    ...(isExternal ? ["external"] : []),
  ].join(" ");

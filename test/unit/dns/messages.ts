/** Messages as another implementation writes and reads them: `@dnsquery/dns-packet`. */
import { decode, encode } from "@dnsquery/dns-packet";

export interface QueryParts {
  readonly id?: number;
  readonly flags?: number;
  readonly edns?: { readonly udpPayloadSize: number; readonly dnssecOk?: boolean; readonly version?: number };
}

const RECURSION_DESIRED = 0x0100;

/** A query that asks for recursion unless `flags` says else. */
export function queryFor(
  name: string,
  type: string,
  { id = 0x1234, flags = RECURSION_DESIRED, edns }: QueryParts = {},
): Uint8Array {
  const additionals =
    edns === undefined
      ? []
      : [
          {
            type: "OPT" as const,
            name: ".",
            udpPayloadSize: edns.udpPayloadSize,
            extendedRcode: 0,
            ednsVersion: edns.version ?? 0,
            flags: edns.dnssecOk === true ? 0x8000 : 0,
            flag_do: edns.dnssecOk === true,
            options: [],
          },
        ];
  const questions = [{ name, type: type as "A", class: "IN" as const }];
  const packet = { type: "query" as const, id, flags, questions, additionals };
  return new Uint8Array(encode(packet as unknown as Parameters<typeof encode>[0]));
}

/** The parts that tests look at. Field names are the library's. */
export interface DecodedMessage {
  readonly id: number;
  readonly type: string;
  readonly rcode: string;
  readonly flag_aa: boolean;
  readonly flag_tc: boolean;
  readonly flag_rd: boolean;
  readonly flag_ra: boolean;
  readonly flag_cd: boolean;
  readonly questions: readonly { readonly name: string; readonly type: string }[];
  readonly answers: readonly {
    readonly name: string;
    readonly type: string;
    readonly ttl: number;
    readonly data: unknown;
  }[];
  readonly authorities: readonly { readonly name: string; readonly type: string; readonly data: unknown }[];
  readonly additionals: readonly {
    readonly name: string;
    readonly type: string;
    readonly data?: unknown;
    readonly udpPayloadSize?: number;
    readonly extendedRcode?: number;
    readonly flag_do?: boolean;
  }[];
}

export function read(message: Uint8Array): DecodedMessage {
  return decode(message) as unknown as DecodedMessage;
}

/** `"12 34 0100"` → octets. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.replaceAll(/\s/g, "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

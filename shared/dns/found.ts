/** What the tables hold under one name, before a record type is asked for. */
import type { Name } from "./name.ts";

export type Found =
  /** The name exists; without records it is NODATA for every type. */
  | {
      readonly kind: "records";
      readonly records: readonly AddressRecord[];
      /** The name, relative to the zone, that SRV points to; under `hostname` where a record has one. */
      readonly owner: Name;
    }
  | { readonly kind: "externalName"; readonly target: Name }
  | { readonly kind: "absent" }
  | { readonly kind: "load"; readonly namespace: string };

export interface AddressRecord {
  readonly address: string;
  /** `null` where the Service declares no ports: such records have addresses but no SRV. */
  readonly port: number | null;
  /** The endpoint's own label. `null`: the record is the Service's, not one endpoint's. */
  readonly hostname: string | null;
  /** The cluster that brings the endpoint to a multicluster Service, the label after `hostname`; absent: none is in the name. */
  readonly cluster?: string;
}

export const ABSENT: Found = { kind: "absent" };
export const EXISTS: Found = { kind: "records", records: [], owner: [] };

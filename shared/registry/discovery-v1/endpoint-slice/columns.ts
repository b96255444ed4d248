import type { EndpointSlice } from "../../../api/discovery-v1/endpoint-slice.ts";
import { ageColumn, firstThree, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

const UNSET = "<unset>";

/** A port without a number stands for all of them. */
const formatPorts = ({ ports = [] }: EndpointSlice): string =>
  firstThree(
    ports.map(({ port, name }) => (port === undefined ? (name ?? "*") : String(port))),
    UNSET,
  );

const formatAddresses = ({ endpoints }: EndpointSlice): string =>
  firstThree(
    endpoints.flatMap((e) => e.addresses),
    UNSET,
  );

export const endpointSliceColumns: readonly PrinterColumn<EndpointSlice>[] = [
  nameColumn,
  text("AddressType", "The kind of addresses: IPv4, IPv6 or FQDN.", (s) => s.addressType),
  text("Ports", "The ports that each endpoint has.", formatPorts),
  text("Endpoints", "The addresses.", formatAddresses),
  ageColumn,
];

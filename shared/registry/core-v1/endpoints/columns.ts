import type { Endpoints, EndpointSubset } from "../../../api/core-v1/endpoints.ts";
import { ageColumn, firstThree, nameColumn, NONE, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

const withPort = (ip: string, port: number): string => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`);

/** A headless Service may have endpoints without ports. */
const formatSubset = ({ addresses = [], ports = [] }: EndpointSubset): readonly string[] =>
  ports.length === 0
    ? addresses.map(({ ip }) => ip)
    : ports.flatMap(({ port }) => addresses.map(({ ip }) => withPort(ip, port)));

const formatEndpoints = ({ subsets = [] }: Endpoints): string =>
  subsets.length === 0 ? NONE : firstThree(subsets.flatMap(formatSubset), "");

export const endpointsColumns: readonly PrinterColumn<Endpoints>[] = [
  nameColumn,
  text("Endpoints", "The ready addresses, with their ports.", formatEndpoints),
  ageColumn,
];

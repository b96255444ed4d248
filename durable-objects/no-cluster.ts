/** What the data plane hears of a cluster that does not exist: tables with nothing in them, which bring nothing into being. */
import { noRoutes } from "../shared/gateway/route-table-source.ts";
import type { RouteTableDelta } from "../shared/gateway/ir.ts";
import type { EndpointIndexDelta } from "../shared/proxy/endpoint-index.ts";
import type { ClusterTableDelta } from "../shared/proxy/table.ts";
import type { ClusterZones } from "./cluster-state.ts";

/** The version of its tables. */
export const NO_TABLE_VERSION = 0;

export const noTable = (zones: ClusterZones): ClusterTableDelta => ({
  revision: NO_TABLE_VERSION,
  full: true,
  facts: { ...zones, namespaces: [], nodes: [], imageRules: {}, podBlocks: [] },
  upserted: [],
  removed: [],
});

export const noEndpoints = (): EndpointIndexDelta => ({ revision: NO_TABLE_VERSION, full: true, slices: [] });

export const noRouteTable = (): RouteTableDelta => noRoutes(NO_TABLE_VERSION);

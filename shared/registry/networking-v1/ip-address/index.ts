import type { IPAddress } from "../../../api/networking-v1/ip-address.ts";
import { parseIP } from "../../../apimachinery/ip.ts";
import { type ResourceKind } from "../../resource-kind.ts";
import { ipAddressColumns } from "./columns.ts";
import { ipAddressSchema } from "./schema.ts";
import { strategy } from "../../strategy.ts";

/** Read-only: these follow from the Services' ClusterIPs (`mirror.ts`). */
export const ipAddressKind: ResourceKind<IPAddress> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "IPAddress",
  plural: "ipaddresses",
  singular: "ipaddress",
  shortNames: ["ip"],
  categories: [],
  scope: "Cluster",
  verbs: ["get", "list", "watch"],
  hasStatus: false,
  schema: ipAddressSchema,
  strategy: strategy<IPAddress>(),
  columns: ipAddressColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: (name) =>
    parseIP(name) === null ? ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"] : [],
};

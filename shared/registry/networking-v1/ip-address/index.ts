import type { IPAddress } from "../../../api/networking-v1/ip-address.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { ipAddressColumns } from "./columns.ts";
import { ipAddressSchema } from "./schema.ts";
import { validateIPAddress, validateIPAddressName, validateIPAddressUpdate } from "./validation.ts";
import { strategy } from "../../strategy.ts";

/** Those of the Services' ClusterIPs follow from these (`mirror.ts`); one that a client makes keeps its address from being given out. */
export const ipAddressKind: ResourceKind<IPAddress> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "IPAddress",
  plural: "ipaddresses",
  singular: "ipaddress",
  shortNames: ["ip"],
  categories: [],
  scope: "Cluster",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: ipAddressSchema,
  strategy: strategy<IPAddress>({ validate: validateIPAddress, validateUpdate: validateIPAddressUpdate }),
  columns: ipAddressColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: validateIPAddressName,
};

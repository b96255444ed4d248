import type { EndpointAddress, Endpoints } from "../../../api/core-v1/endpoints.ts";
import { warningsForIP } from "../../../apimachinery/legacy-ip.ts";
import { strategy } from "../../strategy.ts";
import { validateEndpoints } from "./validation.ts";

const warningsFor = (field: string, addresses: readonly EndpointAddress[] = []): readonly string[] =>
  addresses.flatMap(({ ip }, i) => warningsForIP(`${field}[${i}].ip`, ip));

export const endpointsStrategy = strategy<Endpoints>({
  validate: validateEndpoints,
  warnings: ({ subsets = [] }) =>
    subsets.flatMap(({ addresses, notReadyAddresses }, i) => [
      ...warningsFor(`subsets[${i}].addresses`, addresses),
      ...warningsFor(`subsets[${i}].notReadyAddresses`, notReadyAddresses),
    ]),
});

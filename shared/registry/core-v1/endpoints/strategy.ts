import type { Endpoints } from "../../../api/core-v1/endpoints.ts";
import { strategy } from "../../strategy.ts";
import { validateEndpoints } from "./validation.ts";

export const endpointsStrategy = strategy<Endpoints>({
  validate: validateEndpoints,
});

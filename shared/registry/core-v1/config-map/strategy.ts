import type { ConfigMap } from "../../../api/core-v1/config-map.ts";
import { strategy } from "../../strategy.ts";
import { validateConfigMap, validateConfigMapUpdate } from "./validation.ts";

export const configMapStrategy = strategy<ConfigMap>({
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
});

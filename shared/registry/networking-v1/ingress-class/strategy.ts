import type { IngressClass } from "../../../api/networking-v1/ingress-class.ts";
import { specChanged, strategy } from "../../strategy.ts";
import { validateIngressClass, validateIngressClassUpdate } from "./validation.ts";

export const ingressClassStrategy = strategy<IngressClass>({
  validate: validateIngressClass,
  validateUpdate: validateIngressClassUpdate,
  bumpsGeneration: specChanged,
});

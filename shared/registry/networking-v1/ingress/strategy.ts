import type { Ingress } from "../../../api/networking-v1/ingress.ts";
import { specChanged, strategy } from "../../strategy.ts";
import { validateIngress, validateIngressCreate } from "./validation.ts";
import { ingressWarnings } from "./warnings.ts";

export const ingressStrategy = strategy<Ingress>({
  prepareForCreate: (ingress) => ({ ...ingress, status: { loadBalancer: {} } }),
  validate: validateIngress,
  validateCreate: validateIngressCreate,
  warnings: ingressWarnings,
  bumpsGeneration: specChanged,
});

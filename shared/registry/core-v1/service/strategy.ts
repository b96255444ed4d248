import type { LoadBalancerIngress, Service, ServiceStatus } from "../../../api/core-v1/service.ts";
import { omit } from "../../../apimachinery/omit.ts";
import { strategy, withStatusFrom } from "../../strategy.ts";
import { defaultService } from "./defaults.ts";
import { resolveIPFamilies } from "./ip-families.ts";
import { dropTypeDependentFields, normalizeClusterIPs, patchAllocatedValues, statusAfterUpdate } from "./update.ts";
import { validateService, validateServiceUpdate } from "./validation.ts";
import { serviceWarnings } from "./warnings.ts";

/** Absent, the address is a virtual one that nodes answer for. */
const withIPMode = (ingress: LoadBalancerIngress): LoadBalancerIngress =>
  ingress.ip === undefined ? ingress : { ...ingress, ipMode: ingress.ipMode ?? "VIP" };

export const serviceStrategy = strategy<Service>({
  prepareForCreate: (object, { serviceIPFamilies }) => {
    const service = defaultService({ ...omit(object, "status") });
    const spec = normalizeClusterIPs(service.spec, undefined);
    return resolveIPFamilies({ ...service, spec }, undefined, serviceIPFamilies);
  },
  prepareForUpdate: (object, old, { serviceIPFamilies }) => {
    const service = defaultService(object);
    const patched = normalizeClusterIPs(patchAllocatedValues(service.spec, old.spec), old.spec);
    const resolved = resolveIPFamilies({ ...service, spec: patched }, old, serviceIPFamilies);
    const spec = dropTypeDependentFields(resolved.spec, old.spec);
    return { ...resolved, spec, status: statusAfterUpdate(spec, old.status) };
  },
  prepareForStatusUpdate: (object, old) => {
    const service = withStatusFrom(object, old);
    const { loadBalancer = {}, ...rest } = (service as { status?: Partial<ServiceStatus> }).status ?? {};
    const ingress = loadBalancer.ingress?.map(withIPMode);
    return {
      ...service,
      status: { ...rest, loadBalancer: ingress === undefined ? loadBalancer : { ...loadBalancer, ingress } },
    };
  },
  validate: (service, { serviceIPFamilies }) => validateService(service, serviceIPFamilies),
  validateUpdate: validateServiceUpdate,
  warnings: serviceWarnings,
});

/** What an Ingress needs of the cluster: a class, when it names none (admission plug-in DefaultIngressClass). */
import { INGRESS_CLASS_ANNOTATION, type Ingress } from "../../../api/networking-v1/ingress.ts";
import type { AllocationBinding } from "../../allocation/allocation.ts";

const namesAClass = ({ metadata, spec }: Ingress): boolean =>
  spec.ingressClassName !== undefined || Object.hasOwn(metadata.annotations ?? {}, INGRESS_CLASS_ANNOTATION);

export const ingressAllocation: AllocationBinding<Ingress> = {
  needs: (ingress, old) => (old !== undefined || namesAClass(ingress) ? [] : [{ kind: "DefaultIngressClass" }]),
  assign: (ingress, _requests, grants) => {
    const [grant] = grants;
    if (grant?.kind !== "DefaultIngressClass" || grant.value === null) return ingress;
    return { ...ingress, spec: { ...ingress.spec, ingressClassName: grant.value } };
  },
  // A class is named, not held: another Ingress may have it too.
  held: () => [],
};

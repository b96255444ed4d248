/** Resource requirements. */
import { list, message, named, object, replacedKeyed, required, resourceList, string } from "../../schema/declare.ts";

export const resourceRequirementsSchema = message(
  "io.k8s.api.core.v1.ResourceRequirements",
  "The resources that a container asks for and may use.",
  () => ({
    limits: resourceList(),
    requests: resourceList(),
    claims: list(object(resourceClaimSchema), replacedKeyed("name")),
  }),
  { limits: 1, requests: 2, claims: 3 },
);

export const resourceClaimSchema = message(
  "io.k8s.api.core.v1.ResourceClaim",
  "An entry of the Pod's resourceClaims.",
  () => ({
    name: string(required),
    request: string(),
  }),
  { name: 1, request: 2 },
);

export const containerResizePolicySchema = message(
  "io.k8s.api.core.v1.ContainerResizePolicy",
  "What a change of one resource does to the container.",
  () => ({
    resourceName: named("v1.ResourceName", required),
    restartPolicy: named("v1.ResourceResizeRestartPolicy", required),
  }),
  { resourceName: 1, restartPolicy: 2 },
);

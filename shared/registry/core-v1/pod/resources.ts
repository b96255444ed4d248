/** Resource requirements. */
import { list, message, named, object, replacedKeyed, required, resourceList, string } from "../../schema/declare.ts";

export const resourceRequirementsSchema = message(
  "io.k8s.api.core.v1.ResourceRequirements",
  "The resources that a container asks for and may use.",
  () => ({
    limits: resourceList("What it may use at most."),
    requests: resourceList("What it needs at least."),
    claims: list(object(resourceClaimSchema), replacedKeyed("name"), "Claims of the Pod that it uses."),
  }),
  { limits: 1, requests: 2, claims: 3 },
);

export const resourceClaimSchema = message(
  "io.k8s.api.core.v1.ResourceClaim",
  "An entry of the Pod's resourceClaims.",
  () => ({
    name: string("The claim, by its name in the Pod.", required),
    request: string("One request of the claim; absent means all."),
  }),
  { name: 1, request: 2 },
);

export const containerResizePolicySchema = message(
  "io.k8s.api.core.v1.ContainerResizePolicy",
  "What a change of one resource does to the container.",
  () => ({
    resourceName: named("v1.ResourceName", "cpu or memory.", required),
    restartPolicy: named(
      "v1.ResourceResizeRestartPolicy",
      "NotRequired, or RestartContainer when it cannot change in place.",
      required,
    ),
  }),
  { resourceName: 1, restartPolicy: 2 },
);

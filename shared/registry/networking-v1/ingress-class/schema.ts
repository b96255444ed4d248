import { enumeration, message, object, pointer, required, string, typeMeta } from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

const name = (type: string): string => `io.k8s.api.networking.v1.${type}`;

export const ingressClassSchema = message(
  name("IngressClass"),
  "A kind of Ingress, and the controller that serves it.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(ingressClassSpecSchema, "What is wanted.", { default: {} }),
  }),
  { metadata: 1, spec: 2 },
);

export const ingressClassSpecSchema = message(
  name("IngressClassSpec"),
  "Which controller serves the class, and its settings.",
  () => ({
    controller: string("The controller, as a domain-prefixed path such as example.com/ingress; it cannot be changed."),
    parameters: object(ingressClassParametersReferenceSchema, "An object with more settings."),
  }),
  { controller: 1, parameters: 2 },
);

export const ingressClassParametersReferenceSchema = message(
  name("IngressClassParametersReference"),
  "Names the object that holds a class's settings.",
  () => ({
    apiGroup: string("The object's API group; absent means the core group.", pointer),
    kind: string("The object's kind.", required),
    name: string("The object's name.", required),
    scope: enumeration("string", ["Cluster", "Namespace"], "Whether the object is in a namespace.", {
      keepsZero: true,
      default: "Cluster",
    }),
    namespace: string("The object's namespace, for scope Namespace.", pointer),
  }),
  { apiGroup: 1, kind: 2, name: 3, scope: 4, namespace: 5 },
);

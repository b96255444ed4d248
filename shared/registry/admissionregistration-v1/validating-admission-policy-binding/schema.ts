import { labelSelectorSchema } from "../../meta-v1/label-selector.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";
import {
  atomicMessage,
  list,
  message,
  named,
  object,
  pointer,
  replacedSet,
  string,
  typeMeta,
} from "../../schema/declare.ts";
import { matchResourcesSchema, name } from "../schemas.ts";

export const validatingAdmissionPolicyBindingSchema = message(
  name("ValidatingAdmissionPolicyBinding"),
  "Puts a policy into force: for which requests, with which parameters, and what follows when it is broken.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(specSchema, "Which policy, and how.", { default: {} }),
  }),
  { metadata: 1, spec: 2 },
);

const specSchema = message(
  name("ValidatingAdmissionPolicyBindingSpec"),
  "Which policy is in force, and how.",
  () => ({
    policyName: string("The ValidatingAdmissionPolicy."),
    paramRef: object(paramRefSchema, "The policy's parameters."),
    matchResources: object(matchResourcesSchema, "Requests that are meant, of those that the policy is about."),
    validationActions: list(
      named("v1.ValidationAction"),
      replacedSet,
      "Deny refuses a request that breaks the policy, Warn warns its client, Audit has no effect: there is no audit log.",
    ),
  }),
  { policyName: 1, paramRef: 2, matchResources: 3, validationActions: 4 },
);

const paramRefSchema = atomicMessage(
  name("ParamRef"),
  "Names the objects that are a policy's parameters.",
  () => ({
    name: string("The object's name."),
    namespace: string("Its namespace; absent means that of the object in the request."),
    selector: object(
      labelSelectorSchema,
      "Labels of the objects, instead of a name; the policy is evaluated for each.",
    ),
    parameterNotFoundAction: named(
      "v1.ParameterNotFoundActionType",
      "What follows when there is none: Allow or Deny.",
      pointer,
    ),
  }),
  { name: 1, namespace: 2, selector: 3, parameterNotFoundAction: 4 },
);

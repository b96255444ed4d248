import { conditionSchema } from "../../meta-v1/condition.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";
import {
  atomic,
  atomicMessage,
  enumeration,
  int64,
  keyed,
  list,
  message,
  named,
  object,
  pointer,
  replacedKeyed,
  required,
  string,
  typeMeta,
} from "../../schema/declare.ts";
import { matchResourcesSchema, name, namedExpression } from "../schemas.ts";

export const validatingAdmissionPolicySchema = message(
  name("ValidatingAdmissionPolicy"),
  "What writes must be like. It holds where a ValidatingAdmissionPolicyBinding says so.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(specSchema, "What is asked of writes.", { default: {} }),
    status: object(statusSchema, "What has been found out about the policy."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

const specSchema = message(
  name("ValidatingAdmissionPolicySpec"),
  "Which writes are looked at, and what must be true of them.",
  () => ({
    paramKind: object(paramKindSchema, "The kind of the objects that bindings name as parameters."),
    matchConstraints: object(matchResourcesSchema, "The requests that the policy is about."),
    validations: list(object(validationSchema), atomic, "What must be true."),
    failurePolicy: enumeration(
      "v1.FailurePolicyType",
      ["Fail", "Ignore"],
      "What becomes of a request when the policy cannot be evaluated.",
      { keepsZero: true, default: "Fail" },
    ),
    auditAnnotations: list(object(auditAnnotationSchema), atomic, "Stored, and not evaluated: there is no audit log."),
    matchConditions: list(
      object(matchConditionSchema),
      keyed("name"),
      "Further conditions on the requests that are looked at.",
    ),
    variables: list(object(variableSchema), keyed("name"), "Values that expressions use as variables.name."),
  }),
  {
    paramKind: 1,
    matchConstraints: 2,
    validations: 3,
    failurePolicy: 4,
    auditAnnotations: 5,
    matchConditions: 6,
    variables: 7,
  },
);

const paramKindSchema = atomicMessage(
  name("ParamKind"),
  "The kind of a policy's parameters.",
  () => ({
    apiVersion: string("Group and version of the kind."),
    kind: string("The kind."),
  }),
  { apiVersion: 1, kind: 2 },
);

const validationSchema = message(
  name("Validation"),
  "One thing that must be true.",
  () => ({
    expression: string(
      "In CEL, of object, oldObject, request, params, namespaceObject and variables: true when the request is in order.",
      required,
    ),
    message: string("What the client is told when it is not."),
    reason: named(
      "v1.StatusReason",
      "The reason and so the code of the answer: Invalid unless it says otherwise.",
      pointer,
    ),
    messageExpression: string("In CEL: what the client is told, instead of the message."),
  }),
  { expression: 1, message: 2, reason: 3, messageExpression: 4 },
);

const auditAnnotationSchema = message(
  name("AuditAnnotation"),
  "What an audit log would say of a request.",
  () => ({
    key: string("The annotation's key, behind the policy's name.", required),
    valueExpression: string("In CEL: the annotation's value.", required),
  }),
  { key: 1, valueExpression: 2 },
);

const matchConditionSchema = namedExpression(
  "MatchCondition",
  "Something that must be true of a request to be looked at.",
);
const variableSchema = namedExpression("Variable", "A value that expressions may use.");

const statusSchema = message(
  name("ValidatingAdmissionPolicyStatus"),
  "What has been found out about a policy.",
  () => ({
    observedGeneration: int64("The generation that this is about."),
    typeChecking: object(typeCheckingSchema, "What is doubtful about its expressions."),
    conditions: list(object(conditionSchema), replacedKeyed("type"), "How the policy fares."),
  }),
  { observedGeneration: 1, typeChecking: 2, conditions: 3 },
);

const typeCheckingSchema = message(
  name("TypeChecking"),
  "What is doubtful about a policy's expressions.",
  () => ({ expressionWarnings: list(object(expressionWarningSchema), atomic, "One warning for each expression.") }),
  { expressionWarnings: 1 },
);

const expressionWarningSchema = message(
  name("ExpressionWarning"),
  "What is doubtful about one expression.",
  () => ({
    fieldRef: string("Where the expression stands.", required),
    warning: string("What is doubtful.", required),
  }),
  { fieldRef: 2, warning: 3 },
);

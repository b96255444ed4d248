/** Messages of `authorization.k8s.io/v1`. */
import { atomic, boolean, list, map, message, object, required, string, typeMeta } from "../schema/declare.ts";
import { objectMetaSchema } from "../meta-v1/object-meta.ts";
import { labelSelectorRequirementSchema } from "../meta-v1/label-selector.ts";

const name = (type: string): string => `io.k8s.api.authorization.v1.${type}`;

const metadata = object(objectMetaSchema, "Standard object metadata.");

export const resourceAttributesSchema = message(
  name("ResourceAttributes"),
  "A request for a resource.",
  () => ({
    namespace: string("The namespace; empty means all, or none for cluster-scoped resources."),
    verb: string("The verb; * means all."),
    group: string("The API group; * means all."),
    version: string("The API version; * means all."),
    resource: string("The resource; * means all."),
    subresource: string("The subresource; empty means none."),
    name: string("The object; empty means all."),
    fieldSelector: object(fieldSelectorAttributesSchema, "Limits the request by field."),
    labelSelector: object(labelSelectorAttributesSchema, "Limits the request by label."),
  }),
  {
    namespace: 1,
    verb: 2,
    group: 3,
    version: 4,
    resource: 5,
    subresource: 6,
    name: 7,
    fieldSelector: 8,
    labelSelector: 9,
  },
);

export const fieldSelectorAttributesSchema = message(
  name("FieldSelectorAttributes"),
  "A field selector, as text or as requirements.",
  () => ({
    rawSelector: string("As a query parameter has it."),
    requirements: list(object(fieldSelectorRequirementSchema), atomic, "Its requirements."),
  }),
  { rawSelector: 1, requirements: 2 },
);

export const fieldSelectorRequirementSchema = message(
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement",
  "One condition on one field.",
  () => ({
    key: string("The field.", required),
    operator: string("In, NotIn, Exists or DoesNotExist.", { required: true, typeName: "v1.FieldSelectorOperator" }),
    values: list(string(), atomic, "Values for In and NotIn."),
  }),
  { key: 1, operator: 2, values: 3 },
);

export const labelSelectorAttributesSchema = message(
  name("LabelSelectorAttributes"),
  "A label selector, as text or as requirements.",
  () => ({
    rawSelector: string("As a query parameter has it."),
    requirements: list(object(labelSelectorRequirementSchema), atomic, "Its requirements."),
  }),
  { rawSelector: 1, requirements: 2 },
);

export const nonResourceAttributesSchema = message(
  name("NonResourceAttributes"),
  "A request for a path that is no resource.",
  () => ({ path: string("The path."), verb: string("The verb.") }),
  { path: 1, verb: 2 },
);

export const subjectAccessReviewStatusSchema = message(
  name("SubjectAccessReviewStatus"),
  "Whether it is allowed.",
  () => ({
    allowed: boolean("It is allowed.", { required: true, keepsZero: true }),
    denied: boolean("It is denied, whoever else would allow it."),
    reason: string("Why."),
    evaluationError: string("What went wrong while deciding."),
  }),
  { allowed: 1, reason: 2, evaluationError: 3, denied: 4 },
);

const status = object(subjectAccessReviewStatusSchema, "The answer.");

export const selfSubjectAccessReviewSchema = message(
  name("SelfSubjectAccessReview"),
  "Asks whether the client may do something.",
  () => ({
    ...typeMeta,
    metadata,
    spec: object(selfSubjectAccessReviewSpecSchema, "The question.", { required: true, default: {} }),
    status,
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const selfSubjectAccessReviewSpecSchema = message(
  name("SelfSubjectAccessReviewSpec"),
  "A request that the client may want to make.",
  () => ({
    resourceAttributes: object(resourceAttributesSchema, "A request for a resource."),
    nonResourceAttributes: object(nonResourceAttributesSchema, "A request for another path."),
  }),
  { resourceAttributes: 1, nonResourceAttributes: 2 },
);

const subjectReview = (type: string, description: string) =>
  message(
    name(type),
    description,
    () => ({
      ...typeMeta,
      metadata,
      spec: object(subjectAccessReviewSpecSchema, "The question.", { required: true, default: {} }),
      status,
    }),
    { metadata: 1, spec: 2, status: 3 },
  );

export const subjectAccessReviewSchema = subjectReview(
  "SubjectAccessReview",
  "Asks whether somebody may do something.",
);
export const localSubjectAccessReviewSchema = subjectReview(
  "LocalSubjectAccessReview",
  "Asks whether somebody may do something in one namespace.",
);

export const subjectAccessReviewSpecSchema = message(
  name("SubjectAccessReviewSpec"),
  "A request that somebody may want to make.",
  () => ({
    resourceAttributes: object(resourceAttributesSchema, "A request for a resource."),
    nonResourceAttributes: object(nonResourceAttributesSchema, "A request for another path."),
    user: string("Who."),
    groups: list(string(), atomic, "The groups they are in."),
    extra: map(list(string(), atomic), "What else is known of them."),
    uid: string("Tells apart users who have had the same name."),
  }),
  { resourceAttributes: 1, nonResourceAttributes: 2, user: 3, groups: 4, extra: 5, uid: 6 },
);

export const selfSubjectRulesReviewSchema = message(
  name("SelfSubjectRulesReview"),
  "Asks for all that the client may do in a namespace.",
  () => ({
    ...typeMeta,
    metadata,
    spec: object(selfSubjectRulesReviewSpecSchema, "The question.", { required: true, default: {} }),
    status: object(subjectRulesReviewStatusSchema, "The answer."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const selfSubjectRulesReviewSpecSchema = message(
  name("SelfSubjectRulesReviewSpec"),
  "A namespace.",
  () => ({ namespace: string("The namespace.") }),
  { namespace: 1 },
);

export const subjectRulesReviewStatusSchema = message(
  name("SubjectRulesReviewStatus"),
  "What is allowed.",
  () => ({
    resourceRules: list(object(resourceRuleSchema), atomic, "On resources.", required),
    nonResourceRules: list(object(nonResourceRuleSchema), atomic, "On other paths.", required),
    incomplete: boolean("There may be more.", { required: true, keepsZero: true }),
    evaluationError: string("What went wrong while collecting."),
  }),
  { resourceRules: 1, nonResourceRules: 2, incomplete: 3, evaluationError: 4 },
);

export const resourceRuleSchema = message(
  name("ResourceRule"),
  "Verbs and the resources that they are allowed on.",
  () => ({
    verbs: list(string(), atomic, "Verbs.", required),
    apiGroups: list(string(), atomic, "API groups."),
    resources: list(string(), atomic, "Resources."),
    resourceNames: list(string(), atomic, "Names of objects."),
  }),
  { verbs: 1, apiGroups: 2, resources: 3, resourceNames: 4 },
);

export const nonResourceRuleSchema = message(
  name("NonResourceRule"),
  "Verbs and the paths that they are allowed on.",
  () => ({
    verbs: list(string(), atomic, "Verbs.", required),
    nonResourceURLs: list(string(), atomic, "Paths."),
  }),
  { verbs: 1, nonResourceURLs: 2 },
);

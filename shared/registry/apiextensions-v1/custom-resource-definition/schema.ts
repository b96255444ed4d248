import { objectMetaSchema } from "../../meta-v1/object-meta.ts";
import {
  atomic,
  boolean,
  bytes,
  int32,
  list,
  message,
  object,
  pointer,
  required,
  string,
  time,
  typeMeta,
  replacedKeyed,
} from "../../schema/declare.ts";
import { jsonSchemaPropsSchema } from "./json-schema-props.ts";

const name = (type: string): string => `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${type}`;

export const customResourceDefinitionSchema = message(
  name("CustomResourceDefinition"),
  "Declares a resource that the API server then serves.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(specSchema, "What is wanted.", { default: {} }),
    status: object(statusSchema, "What is served."),
  }),
);

const specSchema = message(
  name("CustomResourceDefinitionSpec"),
  "The resource: its names, scope and versions.",
  () => ({
    group: string("The API group; the definition is named plural.group.", required),
    names: object(namesSchema, "What the resource and its kind are called.", { default: {} }),
    scope: string("Cluster or Namespaced.", required),
    versions: list(object(versionSchema), atomic, "The versions, of which one is stored.", required),
    conversion: object(conversionSchema, "How objects of one version become those of another.", { default: {} }),
    preserveUnknownFields: boolean("Must be false."),
  }),
);

const namesSchema = message(name("CustomResourceDefinitionNames"), "What a resource and its kind are called.", () => ({
  plural: string("The name in URLs.", required),
  singular: string("The kind in lower case, unless said otherwise."),
  shortNames: list(string(), atomic, "What people may type instead."),
  kind: string("The kind of the objects, in CamelCase.", required),
  listKind: string("The kind of a list; the kind with List behind it, unless said otherwise."),
  categories: list(string(), atomic, "Groups of resources that this one is in, such as all."),
}));

const versionSchema = message(name("CustomResourceDefinitionVersion"), "One version of a resource.", () => ({
  name: string("The version in URLs.", required),
  served: boolean("Whether the version can be used.", required),
  storage: boolean("Whether objects are stored in this version.", required),
  deprecated: boolean("Requests of this version get a warning."),
  deprecationWarning: string("The warning, instead of the usual one.", pointer),
  schema: object(validationSchema, "What the objects look like."),
  subresources: object(subresourcesSchema, "Which subresources the objects have."),
  additionalPrinterColumns: list(object(columnSchema), atomic, "What kubectl get prints besides the name."),
  selectableFields: list(object(selectableFieldSchema), atomic, "What field selectors may name."),
}));

const validationSchema = message(name("CustomResourceValidation"), "What objects must look like.", () => ({
  openAPIV3Schema: object(jsonSchemaPropsSchema, "A structural schema."),
}));

const subresourcesSchema = message(name("CustomResourceSubresources"), "The subresources of a resource.", () => ({
  status: object(statusSubresourceSchema, "Serves /status, apart from the rest."),
  scale: object(scaleSubresourceSchema, "Serves /scale."),
}));

const statusSubresourceSchema = message(
  name("CustomResourceSubresourceStatus"),
  "That there is a status subresource.",
  () => ({}),
);

const scaleSubresourceSchema = message(name("CustomResourceSubresourceScale"), "Where a Scale's fields are.", () => ({
  specReplicasPath: string("A simple path under .spec.", required),
  statusReplicasPath: string("A simple path under .status.", required),
  labelSelectorPath: string("A simple path to a selector in its string form.", pointer),
}));

const columnSchema = message(name("CustomResourceColumnDefinition"), "A column that kubectl get prints.", () => ({
  name: string("The heading.", required),
  type: string("integer, number, string, boolean or date.", required),
  format: string("The type's format; name marks the main column."),
  description: string("What the column says."),
  priority: int32("Columns over 0 are for the wide output."),
  jsonPath: string("A simple path to the value.", required),
}));

const selectableFieldSchema = message(name("SelectableField"), "A field that selectors may name.", () => ({
  jsonPath: string("A simple path to the value.", required),
}));

const conversionSchema = message(name("CustomResourceConversion"), "How versions are converted.", () => ({
  strategy: string("None, or Webhook, which is not supported.", { required: true, default: "None" }),
  webhook: object(webhookConversionSchema),
}));

const webhookConversionSchema = message(name("WebhookConversion"), "Who converts.", () => ({
  clientConfig: object(webhookClientConfigSchema),
  conversionReviewVersions: list(
    string(),
    atomic,
    "Versions of ConversionReview that the webhook understands, best first.",
    required,
  ),
}));

const webhookClientConfigSchema = message(name("WebhookClientConfig"), "How the converter is reached.", () => ({
  url: string("The webhook's URL, instead of a Service.", pointer),
  service: object(serviceReferenceSchema),
  caBundle: bytes("Certificates, as PEM, that its own is checked by."),
}));

const serviceReferenceSchema = message(name("ServiceReference"), "A Service that converts.", () => ({
  namespace: string("The Service's namespace.", required),
  name: string("The Service's name.", required),
  path: string("The path of the requests.", pointer),
  port: int32("The Service's port.", pointer),
}));

const statusSchema = message(name("CustomResourceDefinitionStatus"), "What is served.", () => ({
  conditions: list(object(conditionSchema), replacedKeyed("type"), "How far the resource is."),
  acceptedNames: object(namesSchema, "The names that are in use."),
  storedVersions: list(string(), atomic, "Versions in which objects may be stored."),
}));

const conditionSchema = message(name("CustomResourceDefinitionCondition"), "One aspect of how far it is.", () => ({
  type: string("Which condition.", required),
  status: string("True, False or Unknown.", required),
  lastTransitionTime: time("When the status last changed."),
  reason: string("Why, in one CamelCase word."),
  message: string("Why, for people to read."),
}));

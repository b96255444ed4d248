/** The names that a policy's expressions know, and their types (apiserver `admission/plugin/cel`). */
import {
  BOOL,
  DYN,
  INT,
  listOf,
  mapOf,
  objectOf,
  simple,
  STRING,
  type CelType,
  type Variables,
} from "../../../apimachinery/cel/types.ts";

const GROUP_VERSION_KIND = objectOf("kubernetes.GroupVersionKind", { group: STRING, version: STRING, kind: STRING });
const GROUP_VERSION_RESOURCE = objectOf("kubernetes.GroupVersionResource", {
  group: STRING,
  version: STRING,
  resource: STRING,
});
const USER_INFO = objectOf("kubernetes.UserInfo", {
  username: STRING,
  uid: STRING,
  groups: listOf(STRING),
  extra: mapOf(STRING, listOf(STRING)),
});

export const ADMISSION_REQUEST = objectOf("kubernetes.AdmissionRequest", {
  kind: GROUP_VERSION_KIND,
  resource: GROUP_VERSION_RESOURCE,
  subResource: STRING,
  requestKind: GROUP_VERSION_KIND,
  requestResource: GROUP_VERSION_RESOURCE,
  requestSubResource: STRING,
  name: STRING,
  namespace: STRING,
  operation: STRING,
  userInfo: USER_INFO,
  dryRun: BOOL,
  options: DYN,
});

const TIME = simple("google.protobuf.Timestamp");

/** What policies may see of a Namespace. */
export const NAMESPACE = objectOf("kubernetes.Namespace", {
  metadata: objectOf("kubernetes.NamespaceMetadata", {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: mapOf(STRING, STRING),
    annotations: mapOf(STRING, STRING),
    UID: STRING,
    creationTimestamp: TIME,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIME,
    generation: INT,
    resourceVersion: STRING,
    finalizers: listOf(STRING),
  }),
  spec: objectOf("kubernetes.NamespaceSpec", { finalizers: listOf(STRING) }),
  status: objectOf("kubernetes.NamespaceStatus", {
    phase: STRING,
    conditions: listOf(
      objectOf("kubernetes.NamespaceCondition", {
        status: STRING,
        type: STRING,
        lastTransitionTime: TIME,
        message: STRING,
        reason: STRING,
      }),
    ),
  }),
});

/** What every expression of a policy knows. */
export const baseVariables = (hasParams: boolean): Variables => ({
  object: DYN,
  oldObject: DYN,
  request: ADMISSION_REQUEST,
  namespaceObject: NAMESPACE,
  ...(hasParams ? { params: DYN } : {}),
});

/** With the policy's own variables as `variables.<name>`. */
export const withVariables = (base: Variables, types: ReadonlyMap<string, CelType>): Variables => ({
  ...base,
  variables: objectOf("kubernetes.variables", Object.fromEntries(types)),
});

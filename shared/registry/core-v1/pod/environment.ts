/** Environment variables and their sources. */
import {
  atomicMessage,
  boolean,
  embedded,
  message,
  object,
  pointer,
  quantity,
  required,
  string,
} from "../../schema/declare.ts";

export const envFromSourceSchema = message(
  "io.k8s.api.core.v1.EnvFromSource",
  "A ConfigMap or Secret whose entries all become environment variables.",
  () => ({
    prefix: string("Stands before each variable's name."),
    configMapRef: object(configMapEnvSourceSchema),
    secretRef: object(secretEnvSourceSchema),
  }),
  { prefix: 1, configMapRef: 2, secretRef: 3 },
);

export const configMapEnvSourceSchema = message(
  "io.k8s.api.core.v1.ConfigMapEnvSource",
  "A ConfigMap whose entries become variables.",
  () => ({
    name: string("The ConfigMap's name."),
    optional: boolean("Whether it may be missing.", pointer),
  }),
  { ...embedded(1, { name: 1 }), optional: 2 },
);

export const secretEnvSourceSchema = message(
  "io.k8s.api.core.v1.SecretEnvSource",
  "A Secret whose entries become variables.",
  () => ({
    name: string("The Secret's name."),
    optional: boolean("Whether it may be missing.", pointer),
  }),
  { ...embedded(1, { name: 1 }), optional: 2 },
);

export const envVarSchema = message(
  "io.k8s.api.core.v1.EnvVar",
  "One environment variable.",
  () => ({
    name: string("The variable's name.", required),
    value: string("The value; $(NAME) refers to earlier variables."),
    valueFrom: object(envVarSourceSchema, "Where the value comes from."),
  }),
  { name: 1, value: 2, valueFrom: 3 },
);

export const envVarSourceSchema = message(
  "io.k8s.api.core.v1.EnvVarSource",
  "Where an environment variable takes its value from.",
  () => ({
    fieldRef: object(objectFieldSelectorSchema),
    resourceFieldRef: object(resourceFieldSelectorSchema),
    configMapKeyRef: object(configMapKeySelectorSchema),
    secretKeyRef: object(secretKeySelectorSchema),
    fileKeyRef: object(fileKeySelectorSchema),
  }),
  { fieldRef: 1, resourceFieldRef: 2, configMapKeyRef: 3, secretKeyRef: 4, fileKeyRef: 5 },
);

export const configMapKeySelectorSchema = atomicMessage(
  "io.k8s.api.core.v1.ConfigMapKeySelector",
  "One entry of a ConfigMap.",
  () => ({
    name: string("The ConfigMap's name."),
    key: string("The key whose value is taken.", required),
    optional: boolean("Whether it may be missing.", pointer),
  }),
  { ...embedded(1, { name: 1 }), key: 2, optional: 3 },
);

export const secretKeySelectorSchema = atomicMessage(
  "io.k8s.api.core.v1.SecretKeySelector",
  "One entry of a Secret.",
  () => ({
    name: string("The Secret's name."),
    key: string("The key whose value is taken.", required),
    optional: boolean("Whether it may be missing.", pointer),
  }),
  { ...embedded(1, { name: 1 }), key: 2, optional: 3 },
);

export const fileKeySelectorSchema = atomicMessage(
  "io.k8s.api.core.v1.FileKeySelector",
  "One entry of an environment file in a volume.",
  () => ({
    volumeName: string("The volume with the file.", required),
    path: string("The file, below the volume's root.", required),
    key: string("The variable in the file.", required),
    optional: boolean("Whether file and variable may be missing.", { keepsZero: true, default: false }),
  }),
  { volumeName: 1, path: 2, key: 3, optional: 4 },
);

export const objectFieldSelectorSchema = atomicMessage(
  "io.k8s.api.core.v1.ObjectFieldSelector",
  "A field of the Pod.",
  () => ({
    apiVersion: string("The version in which the path is written.", { default: "v1" }),
    fieldPath: string("The field's path, such as metadata.name.", required),
  }),
  { apiVersion: 1, fieldPath: 2 },
);

export const resourceFieldSelectorSchema = atomicMessage(
  "io.k8s.api.core.v1.ResourceFieldSelector",
  "A resource of a container.",
  () => ({
    containerName: string("The container; needed in volumes."),
    resource: string("The resource, such as limits.cpu.", required),
    divisor: quantity("The unit in which it is given."),
  }),
  { containerName: 1, resource: 2, divisor: 3 },
);

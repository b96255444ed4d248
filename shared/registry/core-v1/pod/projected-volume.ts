/** Projected volumes. */
import {
  atomic,
  boolean,
  embedded,
  int32,
  int64,
  list,
  map,
  message,
  object,
  pointer,
  required,
  string,
} from "../../schema/declare.ts";
import { downwardAPIVolumeFileSchema, keyToPathSchema } from "./volume.ts";
import { labelSelectorSchema } from "../../meta-v1/label-selector.ts";

export const projectedVolumeSourceSchema = message(
  "io.k8s.api.core.v1.ProjectedVolumeSource",
  "Several sources in one directory.",
  () => ({
    sources: list(object(volumeProjectionSchema), atomic, pointer),
    defaultMode: int32({ keepsZero: true, default: 0o644 }),
  }),
  { sources: 1, defaultMode: 2 },
);

export const volumeProjectionSchema = message(
  "io.k8s.api.core.v1.VolumeProjection",
  "One of those sources.",
  () => ({
    secret: object(secretProjectionSchema),
    downwardAPI: object(downwardAPIProjectionSchema),
    configMap: object(configMapProjectionSchema),
    serviceAccountToken: object(serviceAccountTokenProjectionSchema),
    clusterTrustBundle: object(clusterTrustBundleProjectionSchema),
    podCertificate: object(podCertificateProjectionSchema),
  }),
  { secret: 1, downwardAPI: 2, configMap: 3, serviceAccountToken: 4, clusterTrustBundle: 5, podCertificate: 6 },
);

export const secretProjectionSchema = message(
  "io.k8s.api.core.v1.SecretProjection",
  "Entries of a Secret as files.",
  () => ({
    name: string(),
    items: list(object(keyToPathSchema), atomic),
    optional: boolean(pointer),
  }),
  { ...embedded(1, { name: 1 }), items: 2, optional: 4 },
);

export const downwardAPIProjectionSchema = message(
  "io.k8s.api.core.v1.DownwardAPIProjection",
  "Fields of the Pod as files.",
  () => ({
    items: list(object(downwardAPIVolumeFileSchema), atomic),
  }),
  { items: 1 },
);

export const configMapProjectionSchema = message(
  "io.k8s.api.core.v1.ConfigMapProjection",
  "Entries of a ConfigMap as files.",
  () => ({
    name: string(),
    items: list(object(keyToPathSchema), atomic),
    optional: boolean(pointer),
  }),
  { ...embedded(1, { name: 1 }), items: 2, optional: 4 },
);

export const serviceAccountTokenProjectionSchema = message(
  "io.k8s.api.core.v1.ServiceAccountTokenProjection",
  "A token of the Pod's account as a file.",
  () => ({
    audience: string(),
    expirationSeconds: int64({ keepsZero: true, default: 3600 }),
    path: string(required),
  }),
  { audience: 1, expirationSeconds: 2, path: 3 },
);

export const clusterTrustBundleProjectionSchema = message(
  "io.k8s.api.core.v1.ClusterTrustBundleProjection",
  "Trust anchors as a file.",
  () => ({
    name: string(pointer),
    signerName: string(pointer),
    labelSelector: object(labelSelectorSchema),
    optional: boolean(pointer),
    path: string(required),
  }),
  { name: 1, signerName: 2, labelSelector: 3, optional: 5, path: 4 },
);

export const podCertificateProjectionSchema = message(
  "io.k8s.api.core.v1.PodCertificateProjection",
  "A key and certificate made for the Pod, as files.",
  () => ({
    signerName: string(required),
    keyType: string(required),
    maxExpirationSeconds: int32(pointer),
    credentialBundlePath: string(),
    keyPath: string(),
    certificateChainPath: string(),
    userAnnotations: map(string()),
  }),
  {
    signerName: 1,
    keyType: 2,
    maxExpirationSeconds: 3,
    credentialBundlePath: 4,
    keyPath: 5,
    certificateChainPath: 6,
    userAnnotations: 7,
  },
);

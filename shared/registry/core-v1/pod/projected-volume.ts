/** Projected volumes. */
import {
  atomic,
  boolean,
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
);

export const volumeProjectionSchema = message("io.k8s.api.core.v1.VolumeProjection", "One of those sources.", () => ({
  secret: object(secretProjectionSchema),
  downwardAPI: object(downwardAPIProjectionSchema),
  configMap: object(configMapProjectionSchema),
  serviceAccountToken: object(serviceAccountTokenProjectionSchema),
  clusterTrustBundle: object(clusterTrustBundleProjectionSchema),
  podCertificate: object(podCertificateProjectionSchema),
}));

export const secretProjectionSchema = message(
  "io.k8s.api.core.v1.SecretProjection",
  "Entries of a Secret as files.",
  () => ({
    name: string(),
    items: list(object(keyToPathSchema), atomic),
    optional: boolean(pointer),
  }),
);

export const downwardAPIProjectionSchema = message(
  "io.k8s.api.core.v1.DownwardAPIProjection",
  "Fields of the Pod as files.",
  () => ({
    items: list(object(downwardAPIVolumeFileSchema), atomic),
  }),
);

export const configMapProjectionSchema = message(
  "io.k8s.api.core.v1.ConfigMapProjection",
  "Entries of a ConfigMap as files.",
  () => ({
    name: string(),
    items: list(object(keyToPathSchema), atomic),
    optional: boolean(pointer),
  }),
);

export const serviceAccountTokenProjectionSchema = message(
  "io.k8s.api.core.v1.ServiceAccountTokenProjection",
  "A token of the Pod's account as a file.",
  () => ({
    audience: string(),
    expirationSeconds: int64({ keepsZero: true, default: 3600 }),
    path: string(required),
  }),
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
);

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
    sources: list(object(volumeProjectionSchema), atomic, "What goes into the volume.", pointer),
    defaultMode: int32("Permission bits of the files, unless theirs are given.", { keepsZero: true, default: 0o644 }),
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
    name: string("The Secret's name."),
    items: list(object(keyToPathSchema), atomic, "The keys that become files; absent means all."),
    optional: boolean("Whether it may be missing.", pointer),
  }),
  { ...embedded(1, { name: 1 }), items: 2, optional: 4 },
);

export const downwardAPIProjectionSchema = message(
  "io.k8s.api.core.v1.DownwardAPIProjection",
  "Fields of the Pod as files.",
  () => ({
    items: list(object(downwardAPIVolumeFileSchema), atomic, "The files."),
  }),
  { items: 1 },
);

export const configMapProjectionSchema = message(
  "io.k8s.api.core.v1.ConfigMapProjection",
  "Entries of a ConfigMap as files.",
  () => ({
    name: string("The ConfigMap's name."),
    items: list(object(keyToPathSchema), atomic, "The keys that become files; absent means all."),
    optional: boolean("Whether it may be missing.", pointer),
  }),
  { ...embedded(1, { name: 1 }), items: 2, optional: 4 },
);

export const serviceAccountTokenProjectionSchema = message(
  "io.k8s.api.core.v1.ServiceAccountTokenProjection",
  "A token of the Pod's account as a file.",
  () => ({
    audience: string("Whom the token is for; absent means the API server."),
    expirationSeconds: int64("For how long it is asked for, in seconds.", { keepsZero: true, default: 3600 }),
    path: string("The file that is written, below the volume's root.", required),
  }),
  { audience: 1, expirationSeconds: 2, path: 3 },
);

export const clusterTrustBundleProjectionSchema = message(
  "io.k8s.api.core.v1.ClusterTrustBundleProjection",
  "Trust anchors as a file.",
  () => ({
    name: string("One trust bundle, by name.", pointer),
    signerName: string("All trust bundles of a signer.", pointer),
    labelSelector: object(labelSelectorSchema),
    optional: boolean("Whether the bundles may be missing.", pointer),
    path: string("The file that is written, below the volume's root.", required),
  }),
  { name: 1, signerName: 2, labelSelector: 3, optional: 5, path: 4 },
);

export const podCertificateProjectionSchema = message(
  "io.k8s.api.core.v1.PodCertificateProjection",
  "A key and certificate made for the Pod, as files.",
  () => ({
    signerName: string("The signer that is asked.", required),
    keyType: string("The kind of key that is made, such as ED25519.", required),
    maxExpirationSeconds: int32("How long the certificate may last, in seconds.", pointer),
    credentialBundlePath: string("The file that gets key and certificates together."),
    keyPath: string("The file that gets the key."),
    certificateChainPath: string("The file that gets the certificates."),
    userAnnotations: map(string(), "What the signer is told besides."),
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

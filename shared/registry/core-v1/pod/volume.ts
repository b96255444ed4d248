/** Volumes and the sources that are not tied to a storage vendor. */
import {
  atomic,
  boolean,
  enumeration,
  int32,
  list,
  map,
  message,
  named,
  object,
  pointer,
  quantity,
  required,
  string,
} from "../../schema/declare.ts";
import { pullPolicy } from "../enumerations.ts";
import { objectFieldSelectorSchema, resourceFieldSelectorSchema } from "./environment.ts";
import { ephemeralVolumeSourceSchema } from "./ephemeral-volume.ts";
import { projectedVolumeSourceSchema } from "./projected-volume.ts";
import {
  awsElasticBlockStoreVolumeSourceSchema,
  azureDiskVolumeSourceSchema,
  azureFileVolumeSourceSchema,
  cephFSVolumeSourceSchema,
  cinderVolumeSourceSchema,
  fcVolumeSourceSchema,
  flexVolumeSourceSchema,
  flockerVolumeSourceSchema,
  gcePersistentDiskVolumeSourceSchema,
  glusterfsVolumeSourceSchema,
  iscsiVolumeSourceSchema,
  photonPersistentDiskVolumeSourceSchema,
  portworxVolumeSourceSchema,
  quobyteVolumeSourceSchema,
  rbdVolumeSourceSchema,
  scaleIOVolumeSourceSchema,
  storageOSVolumeSourceSchema,
  vsphereVirtualDiskVolumeSourceSchema,
} from "./volume-plugins.ts";
import { localObjectReferenceSchema } from "../references.ts";

export const volumeSchema = message("io.k8s.api.core.v1.Volume", "A volume of a Pod, from exactly one source.", () => ({
  name: string(required),
  hostPath: object(hostPathVolumeSourceSchema),
  emptyDir: object(emptyDirVolumeSourceSchema),
  gcePersistentDisk: object(gcePersistentDiskVolumeSourceSchema),
  awsElasticBlockStore: object(awsElasticBlockStoreVolumeSourceSchema),
  gitRepo: object(gitRepoVolumeSourceSchema),
  secret: object(secretVolumeSourceSchema),
  nfs: object(nfsVolumeSourceSchema),
  iscsi: object(iscsiVolumeSourceSchema),
  glusterfs: object(glusterfsVolumeSourceSchema),
  persistentVolumeClaim: object(persistentVolumeClaimVolumeSourceSchema),
  rbd: object(rbdVolumeSourceSchema),
  flexVolume: object(flexVolumeSourceSchema),
  cinder: object(cinderVolumeSourceSchema),
  cephfs: object(cephFSVolumeSourceSchema),
  flocker: object(flockerVolumeSourceSchema),
  downwardAPI: object(downwardAPIVolumeSourceSchema),
  fc: object(fcVolumeSourceSchema),
  azureFile: object(azureFileVolumeSourceSchema),
  configMap: object(configMapVolumeSourceSchema),
  vsphereVolume: object(vsphereVirtualDiskVolumeSourceSchema),
  quobyte: object(quobyteVolumeSourceSchema),
  azureDisk: object(azureDiskVolumeSourceSchema),
  photonPersistentDisk: object(photonPersistentDiskVolumeSourceSchema),
  projected: object(projectedVolumeSourceSchema),
  portworxVolume: object(portworxVolumeSourceSchema),
  scaleIO: object(scaleIOVolumeSourceSchema),
  storageos: object(storageOSVolumeSourceSchema),
  csi: object(csiVolumeSourceSchema),
  ephemeral: object(ephemeralVolumeSourceSchema),
  image: object(imageVolumeSourceSchema),
}));

export const hostPathVolumeSourceSchema = message(
  "io.k8s.api.core.v1.HostPathVolumeSource",
  "A path on the node.",
  () => ({
    path: string(required),
    type: enumeration(
      "v1.HostPathType",
      ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"],
      { keepsZero: true, default: "" },
    ),
  }),
);

export const emptyDirVolumeSourceSchema = message(
  "io.k8s.api.core.v1.EmptyDirVolumeSource",
  "A directory that lives as long as the Pod.",
  () => ({
    medium: named("v1.StorageMedium"),
    sizeLimit: quantity(),
  }),
);

export const secretVolumeSourceSchema = message(
  "io.k8s.api.core.v1.SecretVolumeSource",
  "Entries of a Secret as files.",
  () => ({
    secretName: string(),
    items: list(object(keyToPathSchema), atomic),
    defaultMode: int32({ keepsZero: true, default: 0o644 }),
    optional: boolean(pointer),
  }),
);

export const keyToPathSchema = message("io.k8s.api.core.v1.KeyToPath", "Which entry becomes which file.", () => ({
  key: string(required),
  path: string(required),
  mode: int32(pointer),
}));

export const configMapVolumeSourceSchema = message(
  "io.k8s.api.core.v1.ConfigMapVolumeSource",
  "Entries of a ConfigMap as files.",
  () => ({
    name: string(),
    items: list(object(keyToPathSchema), atomic),
    defaultMode: int32({ keepsZero: true, default: 0o644 }),
    optional: boolean(pointer),
  }),
);

export const downwardAPIVolumeSourceSchema = message(
  "io.k8s.api.core.v1.DownwardAPIVolumeSource",
  "Fields of the Pod as files.",
  () => ({
    items: list(object(downwardAPIVolumeFileSchema), atomic),
    defaultMode: int32({ keepsZero: true, default: 0o644 }),
  }),
);

export const downwardAPIVolumeFileSchema = message(
  "io.k8s.api.core.v1.DownwardAPIVolumeFile",
  "Which field becomes which file.",
  () => ({
    path: string(required),
    fieldRef: object(objectFieldSelectorSchema),
    resourceFieldRef: object(resourceFieldSelectorSchema),
    mode: int32(pointer),
  }),
);

export const csiVolumeSourceSchema = message(
  "io.k8s.api.core.v1.CSIVolumeSource",
  "A volume of a CSI driver that lives as long as the Pod.",
  () => ({
    driver: string(required),
    readOnly: boolean(pointer),
    fsType: string(pointer),
    volumeAttributes: map(string()),
    nodePublishSecretRef: object(localObjectReferenceSchema),
  }),
);

export const imageVolumeSourceSchema = message(
  "io.k8s.api.core.v1.ImageVolumeSource",
  "The content of an image.",
  () => ({
    reference: string(),
    pullPolicy: pullPolicy(),
  }),
);

export const nfsVolumeSourceSchema = message("io.k8s.api.core.v1.NFSVolumeSource", "An NFS export.", () => ({
  server: string(required),
  path: string(required),
  readOnly: boolean(),
}));

export const persistentVolumeClaimVolumeSourceSchema = message(
  "io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource",
  "A claim in the Pod's namespace.",
  () => ({
    claimName: string(required),
    readOnly: boolean(),
  }),
);

export const gitRepoVolumeSourceSchema = message(
  "io.k8s.api.core.v1.GitRepoVolumeSource",
  "A clone of a git repository; deprecated.",
  () => ({
    repository: string(required),
    revision: string(),
    directory: string(),
  }),
);

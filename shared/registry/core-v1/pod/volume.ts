/** Volumes and the sources that are not tied to a storage vendor. */
import {
  atomic,
  boolean,
  embedded,
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

export const volumeSchema = message(
  "io.k8s.api.core.v1.Volume",
  "A volume of a Pod, from exactly one source.",
  () => ({
    name: string("The name by which containers mount it.", required),
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
  }),
  {
    name: 1,
    ...embedded(2, {
      hostPath: 1,
      emptyDir: 2,
      gcePersistentDisk: 3,
      awsElasticBlockStore: 4,
      gitRepo: 5,
      secret: 6,
      nfs: 7,
      iscsi: 8,
      glusterfs: 9,
      persistentVolumeClaim: 10,
      rbd: 11,
      flexVolume: 12,
      cinder: 13,
      cephfs: 14,
      flocker: 15,
      downwardAPI: 16,
      fc: 17,
      azureFile: 18,
      configMap: 19,
      vsphereVolume: 20,
      quobyte: 21,
      azureDisk: 22,
      photonPersistentDisk: 23,
      projected: 26,
      portworxVolume: 24,
      scaleIO: 25,
      storageos: 27,
      csi: 28,
      ephemeral: 29,
      image: 30,
    }),
  },
);

export const hostPathVolumeSourceSchema = message(
  "io.k8s.api.core.v1.HostPathVolumeSource",
  "A path on the node.",
  () => ({
    path: string("The path on the node.", required),
    type: enumeration(
      "v1.HostPathType",
      ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"],
      "What must be there, such as Directory, or is made, such as DirectoryOrCreate; empty means no check.",
      { keepsZero: true, default: "" },
    ),
  }),
  { path: 1, type: 2 },
);

export const emptyDirVolumeSourceSchema = message(
  "io.k8s.api.core.v1.EmptyDirVolumeSource",
  "A directory that lives as long as the Pod.",
  () => ({
    medium: named("v1.StorageMedium", "Where it is kept: empty for the node's disk, Memory, or HugePages."),
    sizeLimit: quantity("How large it may grow; absent means without limit."),
  }),
  { medium: 1, sizeLimit: 2 },
);

export const secretVolumeSourceSchema = message(
  "io.k8s.api.core.v1.SecretVolumeSource",
  "Entries of a Secret as files.",
  () => ({
    secretName: string("The Secret's name."),
    items: list(object(keyToPathSchema), atomic, "The keys that become files; absent means all."),
    defaultMode: int32("Permission bits of the files, unless theirs are given.", { keepsZero: true, default: 0o644 }),
    optional: boolean("Whether it may be missing.", pointer),
  }),
  { secretName: 1, items: 2, defaultMode: 3, optional: 4 },
);

export const keyToPathSchema = message(
  "io.k8s.api.core.v1.KeyToPath",
  "Which entry becomes which file.",
  () => ({
    key: string("The key.", required),
    path: string("The file its value is written to, below the volume's root.", required),
    mode: int32("The file's permission bits; absent means the volume's.", pointer),
  }),
  { key: 1, path: 2, mode: 3 },
);

export const configMapVolumeSourceSchema = message(
  "io.k8s.api.core.v1.ConfigMapVolumeSource",
  "Entries of a ConfigMap as files.",
  () => ({
    name: string("The ConfigMap's name."),
    items: list(object(keyToPathSchema), atomic, "The keys that become files; absent means all."),
    defaultMode: int32("Permission bits of the files, unless theirs are given.", { keepsZero: true, default: 0o644 }),
    optional: boolean("Whether it may be missing.", pointer),
  }),
  { ...embedded(1, { name: 1 }), items: 2, defaultMode: 3, optional: 4 },
);

export const downwardAPIVolumeSourceSchema = message(
  "io.k8s.api.core.v1.DownwardAPIVolumeSource",
  "Fields of the Pod as files.",
  () => ({
    items: list(object(downwardAPIVolumeFileSchema), atomic, "The files."),
    defaultMode: int32("Permission bits of the files, unless theirs are given.", { keepsZero: true, default: 0o644 }),
  }),
  { items: 1, defaultMode: 2 },
);

export const downwardAPIVolumeFileSchema = message(
  "io.k8s.api.core.v1.DownwardAPIVolumeFile",
  "Which field becomes which file.",
  () => ({
    path: string("The file, below the volume's root.", required),
    fieldRef: object(objectFieldSelectorSchema),
    resourceFieldRef: object(resourceFieldSelectorSchema),
    mode: int32("Its permission bits; absent means the volume's.", pointer),
  }),
  { path: 1, fieldRef: 2, resourceFieldRef: 3, mode: 4 },
);

export const csiVolumeSourceSchema = message(
  "io.k8s.api.core.v1.CSIVolumeSource",
  "A volume of a CSI driver that lives as long as the Pod.",
  () => ({
    driver: string("The driver's name.", required),
    readOnly: boolean("Mounts it read-only.", pointer),
    fsType: string("The file system to mount, such as ext4.", pointer),
    volumeAttributes: map(string(), "What the driver is told of the volume."),
    nodePublishSecretRef: object(localObjectReferenceSchema),
  }),
  { driver: 1, readOnly: 2, fsType: 3, volumeAttributes: 4, nodePublishSecretRef: 5 },
);

export const imageVolumeSourceSchema = message(
  "io.k8s.api.core.v1.ImageVolumeSource",
  "The content of an image.",
  () => ({
    reference: string("The image or artifact."),
    pullPolicy: pullPolicy("When it is pulled: Always, Never or IfNotPresent."),
  }),
  { reference: 1, pullPolicy: 2 },
);

export const nfsVolumeSourceSchema = message(
  "io.k8s.api.core.v1.NFSVolumeSource",
  "An NFS export.",
  () => ({
    server: string("The server's name or address.", required),
    path: string("The path that the server exports.", required),
    readOnly: boolean("Mounts it read-only."),
  }),
  { server: 1, path: 2, readOnly: 3 },
);

export const persistentVolumeClaimVolumeSourceSchema = message(
  "io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource",
  "A claim in the Pod's namespace.",
  () => ({
    claimName: string("The claim's name, in the Pod's namespace.", required),
    readOnly: boolean("Mounts it read-only."),
  }),
  { claimName: 1, readOnly: 2 },
);

export const gitRepoVolumeSourceSchema = message(
  "io.k8s.api.core.v1.GitRepoVolumeSource",
  "A clone of a git repository; deprecated.",
  () => ({
    repository: string("The repository's URL.", required),
    revision: string("The commit."),
    directory: string("Where it is cloned to; . means the volume's root."),
  }),
  { repository: 1, revision: 2, directory: 3 },
);

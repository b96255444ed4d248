/** In-tree volume plugins. Nothing here mounts them; manifests that name them must still be accepted. */
import {
  atomic,
  boolean,
  enumeration,
  int32,
  list,
  map,
  message,
  object,
  pointer,
  required,
  string,
} from "../../schema/declare.ts";
import { localObjectReferenceSchema } from "../references.ts";

export const gcePersistentDiskVolumeSourceSchema = message(
  "io.k8s.api.core.v1.GCEPersistentDiskVolumeSource",
  "A disk of Google Compute Engine.",
  () => ({
    pdName: string(required),
    fsType: string(),
    partition: int32(),
    readOnly: boolean(),
  }),
);

export const awsElasticBlockStoreVolumeSourceSchema = message(
  "io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource",
  "A volume of AWS EBS.",
  () => ({
    volumeID: string(required),
    fsType: string(),
    partition: int32(),
    readOnly: boolean(),
  }),
);

export const iscsiVolumeSourceSchema = message("io.k8s.api.core.v1.ISCSIVolumeSource", "An iSCSI disk.", () => ({
  targetPortal: string(required),
  iqn: string(required),
  lun: int32(required),
  iscsiInterface: string({ default: "default" }),
  fsType: string(),
  readOnly: boolean(),
  portals: list(string(), atomic),
  chapAuthDiscovery: boolean(),
  chapAuthSession: boolean(),
  secretRef: object(localObjectReferenceSchema),
  initiatorName: string(pointer),
}));

export const glusterfsVolumeSourceSchema = message(
  "io.k8s.api.core.v1.GlusterfsVolumeSource",
  "A Glusterfs volume.",
  () => ({
    endpoints: string(required),
    path: string(required),
    readOnly: boolean(),
  }),
);

export const rbdVolumeSourceSchema = message("io.k8s.api.core.v1.RBDVolumeSource", "A Ceph block device.", () => ({
  monitors: list(string(), atomic, required),
  image: string(required),
  fsType: string(),
  pool: string({ default: "rbd" }),
  user: string({ default: "admin" }),
  keyring: string({ default: "/etc/ceph/keyring" }),
  secretRef: object(localObjectReferenceSchema),
  readOnly: boolean(),
}));

export const flexVolumeSourceSchema = message(
  "io.k8s.api.core.v1.FlexVolumeSource",
  "A volume of a FlexVolume driver.",
  () => ({
    driver: string(required),
    fsType: string(),
    secretRef: object(localObjectReferenceSchema),
    readOnly: boolean(),
    options: map(string()),
  }),
);

export const cinderVolumeSourceSchema = message(
  "io.k8s.api.core.v1.CinderVolumeSource",
  "A volume of OpenStack Cinder.",
  () => ({
    volumeID: string(required),
    fsType: string(),
    readOnly: boolean(),
    secretRef: object(localObjectReferenceSchema),
  }),
);

export const cephFSVolumeSourceSchema = message("io.k8s.api.core.v1.CephFSVolumeSource", "A Ceph file system.", () => ({
  monitors: list(string(), atomic, required),
  path: string(),
  user: string(),
  secretFile: string(),
  secretRef: object(localObjectReferenceSchema),
  readOnly: boolean(),
}));

export const flockerVolumeSourceSchema = message(
  "io.k8s.api.core.v1.FlockerVolumeSource",
  "A Flocker dataset.",
  () => ({
    datasetName: string(),
    datasetUUID: string(),
  }),
);

export const fcVolumeSourceSchema = message("io.k8s.api.core.v1.FCVolumeSource", "A Fibre Channel disk.", () => ({
  targetWWNs: list(string(), atomic),
  lun: int32(pointer),
  fsType: string(),
  readOnly: boolean(),
  wwids: list(string(), atomic),
}));

export const azureFileVolumeSourceSchema = message(
  "io.k8s.api.core.v1.AzureFileVolumeSource",
  "A share of Azure Files.",
  () => ({
    secretName: string(required),
    shareName: string(required),
    readOnly: boolean(),
  }),
);

export const vsphereVirtualDiskVolumeSourceSchema = message(
  "io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource",
  "A vSphere disk.",
  () => ({
    volumePath: string(required),
    fsType: string(),
    storagePolicyName: string(),
    storagePolicyID: string(),
  }),
);

export const quobyteVolumeSourceSchema = message("io.k8s.api.core.v1.QuobyteVolumeSource", "A Quobyte volume.", () => ({
  registry: string(required),
  volume: string(required),
  readOnly: boolean(),
  user: string(),
  group: string(),
  tenant: string(),
}));

export const azureDiskVolumeSourceSchema = message(
  "io.k8s.api.core.v1.AzureDiskVolumeSource",
  "A disk of Azure.",
  () => ({
    diskName: string(required),
    diskURI: string(required),
    cachingMode: enumeration("v1.AzureDataDiskCachingMode", ["None", "ReadOnly", "ReadWrite"], {
      keepsZero: true,
      default: "ReadWrite",
    }),
    fsType: string({ keepsZero: true, default: "ext4" }),
    readOnly: boolean({ keepsZero: true, default: false }),
    kind: enumeration("v1.AzureDataDiskKind", ["Dedicated", "Managed", "Shared"], {
      keepsZero: true,
      default: "Shared",
    }),
  }),
);

export const photonPersistentDiskVolumeSourceSchema = message(
  "io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource",
  "A disk of Photon Controller.",
  () => ({
    pdID: string(required),
    fsType: string(),
  }),
);

export const portworxVolumeSourceSchema = message(
  "io.k8s.api.core.v1.PortworxVolumeSource",
  "A Portworx volume.",
  () => ({
    volumeID: string(required),
    fsType: string(),
    readOnly: boolean(),
  }),
);

export const scaleIOVolumeSourceSchema = message("io.k8s.api.core.v1.ScaleIOVolumeSource", "A ScaleIO volume.", () => ({
  gateway: string(required),
  system: string(required),
  secretRef: object(localObjectReferenceSchema, required),
  sslEnabled: boolean(),
  protectionDomain: string(),
  storagePool: string(),
  storageMode: string({ default: "ThinProvisioned" }),
  volumeName: string(),
  fsType: string({ default: "xfs" }),
  readOnly: boolean(),
}));

export const storageOSVolumeSourceSchema = message(
  "io.k8s.api.core.v1.StorageOSVolumeSource",
  "A StorageOS volume.",
  () => ({
    volumeName: string(),
    volumeNamespace: string(),
    fsType: string(),
    readOnly: boolean(),
    secretRef: object(localObjectReferenceSchema),
  }),
);

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
  { pdName: 1, fsType: 2, partition: 3, readOnly: 4 },
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
  { volumeID: 1, fsType: 2, partition: 3, readOnly: 4 },
);

export const iscsiVolumeSourceSchema = message(
  "io.k8s.api.core.v1.ISCSIVolumeSource",
  "An iSCSI disk.",
  () => ({
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
  }),
  {
    targetPortal: 1,
    iqn: 2,
    lun: 3,
    iscsiInterface: 4,
    fsType: 5,
    readOnly: 6,
    portals: 7,
    chapAuthDiscovery: 8,
    chapAuthSession: 11,
    secretRef: 10,
    initiatorName: 12,
  },
);

export const glusterfsVolumeSourceSchema = message(
  "io.k8s.api.core.v1.GlusterfsVolumeSource",
  "A Glusterfs volume.",
  () => ({
    endpoints: string(required),
    path: string(required),
    readOnly: boolean(),
  }),
  { endpoints: 1, path: 2, readOnly: 3 },
);

export const rbdVolumeSourceSchema = message(
  "io.k8s.api.core.v1.RBDVolumeSource",
  "A Ceph block device.",
  () => ({
    monitors: list(string(), atomic, required),
    image: string(required),
    fsType: string(),
    pool: string({ default: "rbd" }),
    user: string({ default: "admin" }),
    keyring: string({ default: "/etc/ceph/keyring" }),
    secretRef: object(localObjectReferenceSchema),
    readOnly: boolean(),
  }),
  { monitors: 1, image: 2, fsType: 3, pool: 4, user: 5, keyring: 6, secretRef: 7, readOnly: 8 },
);

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
  { driver: 1, fsType: 2, secretRef: 3, readOnly: 4, options: 5 },
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
  { volumeID: 1, fsType: 2, readOnly: 3, secretRef: 4 },
);

export const cephFSVolumeSourceSchema = message(
  "io.k8s.api.core.v1.CephFSVolumeSource",
  "A Ceph file system.",
  () => ({
    monitors: list(string(), atomic, required),
    path: string(),
    user: string(),
    secretFile: string(),
    secretRef: object(localObjectReferenceSchema),
    readOnly: boolean(),
  }),
  { monitors: 1, path: 2, user: 3, secretFile: 4, secretRef: 5, readOnly: 6 },
);

export const flockerVolumeSourceSchema = message(
  "io.k8s.api.core.v1.FlockerVolumeSource",
  "A Flocker dataset.",
  () => ({
    datasetName: string(),
    datasetUUID: string(),
  }),
  { datasetName: 1, datasetUUID: 2 },
);

export const fcVolumeSourceSchema = message(
  "io.k8s.api.core.v1.FCVolumeSource",
  "A Fibre Channel disk.",
  () => ({
    targetWWNs: list(string(), atomic),
    lun: int32(pointer),
    fsType: string(),
    readOnly: boolean(),
    wwids: list(string(), atomic),
  }),
  { targetWWNs: 1, lun: 2, fsType: 3, readOnly: 4, wwids: 5 },
);

export const azureFileVolumeSourceSchema = message(
  "io.k8s.api.core.v1.AzureFileVolumeSource",
  "A share of Azure Files.",
  () => ({
    secretName: string(required),
    shareName: string(required),
    readOnly: boolean(),
  }),
  { secretName: 1, shareName: 2, readOnly: 3 },
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
  { volumePath: 1, fsType: 2, storagePolicyName: 3, storagePolicyID: 4 },
);

export const quobyteVolumeSourceSchema = message(
  "io.k8s.api.core.v1.QuobyteVolumeSource",
  "A Quobyte volume.",
  () => ({
    registry: string(required),
    volume: string(required),
    readOnly: boolean(),
    user: string(),
    group: string(),
    tenant: string(),
  }),
  { registry: 1, volume: 2, readOnly: 3, user: 4, group: 5, tenant: 6 },
);

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
  { diskName: 1, diskURI: 2, cachingMode: 3, fsType: 4, readOnly: 5, kind: 6 },
);

export const photonPersistentDiskVolumeSourceSchema = message(
  "io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource",
  "A disk of Photon Controller.",
  () => ({
    pdID: string(required),
    fsType: string(),
  }),
  { pdID: 1, fsType: 2 },
);

export const portworxVolumeSourceSchema = message(
  "io.k8s.api.core.v1.PortworxVolumeSource",
  "A Portworx volume.",
  () => ({
    volumeID: string(required),
    fsType: string(),
    readOnly: boolean(),
  }),
  { volumeID: 1, fsType: 2, readOnly: 3 },
);

export const scaleIOVolumeSourceSchema = message(
  "io.k8s.api.core.v1.ScaleIOVolumeSource",
  "A ScaleIO volume.",
  () => ({
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
  }),
  {
    gateway: 1,
    system: 2,
    secretRef: 3,
    sslEnabled: 4,
    protectionDomain: 5,
    storagePool: 6,
    storageMode: 7,
    volumeName: 8,
    fsType: 9,
    readOnly: 10,
  },
);

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
  { volumeName: 1, volumeNamespace: 2, fsType: 3, readOnly: 4, secretRef: 5 },
);

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
    pdName: string("The disk's name.", required),
    fsType: string("The file system to mount, such as ext4."),
    partition: int32("The partition; absent means the whole disk."),
    readOnly: boolean("Mounts it read-only."),
  }),
  { pdName: 1, fsType: 2, partition: 3, readOnly: 4 },
);

export const awsElasticBlockStoreVolumeSourceSchema = message(
  "io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource",
  "A volume of AWS EBS.",
  () => ({
    volumeID: string("The volume's ID.", required),
    fsType: string("The file system to mount, such as ext4."),
    partition: int32("The partition; absent means the whole volume."),
    readOnly: boolean("Mounts it read-only."),
  }),
  { volumeID: 1, fsType: 2, partition: 3, readOnly: 4 },
);

export const iscsiVolumeSourceSchema = message(
  "io.k8s.api.core.v1.ISCSIVolumeSource",
  "An iSCSI disk.",
  () => ({
    targetPortal: string("The target's portal, an address and perhaps a port.", required),
    iqn: string("The target's qualified name.", required),
    lun: int32("The number of the logical unit.", required),
    iscsiInterface: string("The interface that is used.", { default: "default" }),
    fsType: string("The file system to mount, such as ext4."),
    readOnly: boolean("Mounts it read-only."),
    portals: list(string(), atomic, "Further portals of the target."),
    chapAuthDiscovery: boolean("Whether discovery uses CHAP."),
    chapAuthSession: boolean("Whether sessions use CHAP."),
    secretRef: object(localObjectReferenceSchema),
    initiatorName: string("The initiator's qualified name, instead of the node's.", pointer),
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
    endpoints: string("The Endpoints object that names the servers.", required),
    path: string("The Glusterfs volume.", required),
    readOnly: boolean("Mounts it read-only."),
  }),
  { endpoints: 1, path: 2, readOnly: 3 },
);

export const rbdVolumeSourceSchema = message(
  "io.k8s.api.core.v1.RBDVolumeSource",
  "A Ceph block device.",
  () => ({
    monitors: list(string(), atomic, "Addresses of Ceph monitors.", required),
    image: string("The image's name.", required),
    fsType: string("The file system to mount, such as ext4."),
    pool: string("The pool that it is in.", { default: "rbd" }),
    user: string("The RADOS user.", { default: "admin" }),
    keyring: string("The file with the user's keys.", { default: "/etc/ceph/keyring" }),
    secretRef: object(localObjectReferenceSchema),
    readOnly: boolean("Mounts it read-only."),
  }),
  { monitors: 1, image: 2, fsType: 3, pool: 4, user: 5, keyring: 6, secretRef: 7, readOnly: 8 },
);

export const flexVolumeSourceSchema = message(
  "io.k8s.api.core.v1.FlexVolumeSource",
  "A volume of a FlexVolume driver.",
  () => ({
    driver: string("The driver's name.", required),
    fsType: string("The file system to mount, such as ext4."),
    secretRef: object(localObjectReferenceSchema),
    readOnly: boolean("Mounts it read-only."),
    options: map(string(), "What the driver is told."),
  }),
  { driver: 1, fsType: 2, secretRef: 3, readOnly: 4, options: 5 },
);

export const cinderVolumeSourceSchema = message(
  "io.k8s.api.core.v1.CinderVolumeSource",
  "A volume of OpenStack Cinder.",
  () => ({
    volumeID: string("The volume's ID.", required),
    fsType: string("The file system to mount, such as ext4."),
    readOnly: boolean("Mounts it read-only."),
    secretRef: object(localObjectReferenceSchema),
  }),
  { volumeID: 1, fsType: 2, readOnly: 3, secretRef: 4 },
);

export const cephFSVolumeSourceSchema = message(
  "io.k8s.api.core.v1.CephFSVolumeSource",
  "A Ceph file system.",
  () => ({
    monitors: list(string(), atomic, "Addresses of Ceph monitors.", required),
    path: string("The folder that is mounted; absent means the root."),
    user: string("The RADOS user; absent means admin."),
    secretFile: string("The file with the user's key; absent means /etc/ceph/user.secret."),
    secretRef: object(localObjectReferenceSchema),
    readOnly: boolean("Mounts it read-only."),
  }),
  { monitors: 1, path: 2, user: 3, secretFile: 4, secretRef: 5, readOnly: 6 },
);

export const flockerVolumeSourceSchema = message(
  "io.k8s.api.core.v1.FlockerVolumeSource",
  "A Flocker dataset.",
  () => ({
    datasetName: string("The dataset, by name."),
    datasetUUID: string("The dataset, by UUID."),
  }),
  { datasetName: 1, datasetUUID: 2 },
);

export const fcVolumeSourceSchema = message(
  "io.k8s.api.core.v1.FCVolumeSource",
  "A Fibre Channel disk.",
  () => ({
    targetWWNs: list(string(), atomic, "World wide names of the targets."),
    lun: int32("The number of the logical unit.", pointer),
    fsType: string("The file system to mount, such as ext4."),
    readOnly: boolean("Mounts it read-only."),
    wwids: list(string(), atomic, "World wide identifiers; either these, or targets and unit."),
  }),
  { targetWWNs: 1, lun: 2, fsType: 3, readOnly: 4, wwids: 5 },
);

export const azureFileVolumeSourceSchema = message(
  "io.k8s.api.core.v1.AzureFileVolumeSource",
  "A share of Azure Files.",
  () => ({
    secretName: string("The Secret with the account's name and key.", required),
    shareName: string("The share's name.", required),
    readOnly: boolean("Mounts it read-only."),
  }),
  { secretName: 1, shareName: 2, readOnly: 3 },
);

export const vsphereVirtualDiskVolumeSourceSchema = message(
  "io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource",
  "A vSphere disk.",
  () => ({
    volumePath: string("The disk's path.", required),
    fsType: string("The file system to mount, such as ext4."),
    storagePolicyName: string("The storage policy's name."),
    storagePolicyID: string("The storage policy's ID."),
  }),
  { volumePath: 1, fsType: 2, storagePolicyName: 3, storagePolicyID: 4 },
);

export const quobyteVolumeSourceSchema = message(
  "io.k8s.api.core.v1.QuobyteVolumeSource",
  "A Quobyte volume.",
  () => ({
    registry: string("Registries, as host:port, separated by commas.", required),
    volume: string("The volume's name.", required),
    readOnly: boolean("Mounts it read-only."),
    user: string("The user that mounts it."),
    group: string("The group that mounts it."),
    tenant: string("The tenant that owns it."),
  }),
  { registry: 1, volume: 2, readOnly: 3, user: 4, group: 5, tenant: 6 },
);

export const azureDiskVolumeSourceSchema = message(
  "io.k8s.api.core.v1.AzureDiskVolumeSource",
  "A disk of Azure.",
  () => ({
    diskName: string("The disk's name in blob storage.", required),
    diskURI: string("The disk's URI in blob storage.", required),
    cachingMode: enumeration(
      "v1.AzureDataDiskCachingMode",
      ["None", "ReadOnly", "ReadWrite"],
      "How the host caches: None, ReadOnly or ReadWrite.",
      {
        keepsZero: true,
        default: "ReadWrite",
      },
    ),
    fsType: string("The file system to mount, such as ext4.", { keepsZero: true, default: "ext4" }),
    readOnly: boolean("Mounts it read-only.", { keepsZero: true, default: false }),
    kind: enumeration("v1.AzureDataDiskKind", ["Dedicated", "Managed", "Shared"], "Shared, Dedicated or Managed.", {
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
    pdID: string("The disk's ID.", required),
    fsType: string("The file system to mount, such as ext4."),
  }),
  { pdID: 1, fsType: 2 },
);

export const portworxVolumeSourceSchema = message(
  "io.k8s.api.core.v1.PortworxVolumeSource",
  "A Portworx volume.",
  () => ({
    volumeID: string("The volume's ID.", required),
    fsType: string("The file system to mount, such as ext4."),
    readOnly: boolean("Mounts it read-only."),
  }),
  { volumeID: 1, fsType: 2, readOnly: 3 },
);

export const scaleIOVolumeSourceSchema = message(
  "io.k8s.api.core.v1.ScaleIOVolumeSource",
  "A ScaleIO volume.",
  () => ({
    gateway: string("The gateway's address.", required),
    system: string("The storage system's name.", required),
    secretRef: object(localObjectReferenceSchema, required),
    sslEnabled: boolean("Whether the gateway is spoken to over TLS."),
    protectionDomain: string("The protection domain."),
    storagePool: string("The storage pool."),
    storageMode: string("ThickProvisioned or ThinProvisioned.", { default: "ThinProvisioned" }),
    volumeName: string("The volume's name."),
    fsType: string("The file system to mount, such as ext4.", { default: "xfs" }),
    readOnly: boolean("Mounts it read-only."),
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
    volumeName: string("The volume's name."),
    volumeNamespace: string("The volume's namespace; absent means the Pod's."),
    fsType: string("The file system to mount, such as ext4."),
    readOnly: boolean("Mounts it read-only."),
    secretRef: object(localObjectReferenceSchema),
  }),
  { volumeName: 1, volumeNamespace: 2, fsType: 3, readOnly: 4, secretRef: 5 },
);

import type { PersistentVolumeClaim } from "../../../api/core-v1/persistent-volume-claim.ts";
import { ageColumn, nameColumn, text, wide } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

function status({ metadata, status: { phase = "Pending" } }: PersistentVolumeClaim): string {
  return metadata.deletionTimestamp === undefined ? phase : "Terminating";
}

const isBound = ({ spec }: PersistentVolumeClaim): boolean => (spec.volumeName ?? "") !== "";

function accessModes(claim: PersistentVolumeClaim): string {
  if (!isBound(claim)) return "";
  const modes = new Set(claim.status.accessModes ?? []);
  return Object.entries(ABBREVIATIONS)
    .flatMap(([mode, short]) => (modes.has(mode) ? [short] : []))
    .join(",");
}

export const persistentVolumeClaimColumns: readonly PrinterColumn<PersistentVolumeClaim>[] = [
  nameColumn,
  text("Status", "Whether it has a volume.", status),
  text("Volume", "The volume it has.", (c) => c.spec.volumeName ?? ""),
  text("Capacity", "The size of the volume.", (c) => (isBound(c) ? (c.status.capacity?.["storage"] ?? "") : "")),
  text("Access Modes", "How the volume can be mounted.", accessModes),
  text("StorageClass", "The class asked for.", (c) => c.spec.storageClassName ?? ""),
  text("VolumeAttributesClass", "The attributes asked for.", (c) => c.spec.volumeAttributesClassName ?? "<unset>"),
  ageColumn,
  wide("VolumeMode", "Filesystem or Block.", (c) => c.spec.volumeMode ?? "<unset>"),
];

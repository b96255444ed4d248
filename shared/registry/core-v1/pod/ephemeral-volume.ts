/** Volumes that live as long as their Pod, from a claim template. */
import {
  atomic,
  enumeration,
  list,
  message,
  object,
  pointer,
  required,
  resourceList,
  string,
} from "../../schema/declare.ts";
import { typedLocalObjectReferenceSchema, typedObjectReferenceSchema } from "../references.ts";
import { labelSelectorSchema } from "../../meta-v1/label-selector.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const ephemeralVolumeSourceSchema = message(
  "io.k8s.api.core.v1.EphemeralVolumeSource",
  "A claim made for the Pod and deleted with it.",
  () => ({
    volumeClaimTemplate: object(persistentVolumeClaimTemplateSchema),
  }),
  { volumeClaimTemplate: 1 },
);

export const persistentVolumeClaimTemplateSchema = message(
  "io.k8s.api.core.v1.PersistentVolumeClaimTemplate",
  "The claim to make.",
  () => ({
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(persistentVolumeClaimSpecSchema, required),
  }),
  { metadata: 1, spec: 2 },
);

export const persistentVolumeClaimSpecSchema = message(
  "io.k8s.api.core.v1.PersistentVolumeClaimSpec",
  "The storage asked for.",
  () => ({
    accessModes: list(
      enumeration("v1.PersistentVolumeAccessMode", [
        "ReadOnlyMany",
        "ReadWriteMany",
        "ReadWriteOnce",
        "ReadWriteOncePod",
      ]),
      atomic,
      "How the volume is to be mounted, such as ReadWriteOnce.",
    ),
    selector: object(labelSelectorSchema),
    resources: object(volumeResourceRequirementsSchema),
    volumeName: string("The volume that the claim is bound to."),
    storageClassName: string("The class of storage; empty means a volume without class.", pointer),
    volumeMode: enumeration(
      "v1.PersistentVolumeMode",
      ["Block", "Filesystem"],
      "Filesystem, or Block for a raw device.",
      {
        keepsZero: true,
        default: "Filesystem",
      },
    ),
    dataSource: object(typedLocalObjectReferenceSchema),
    dataSourceRef: object(typedObjectReferenceSchema),
    volumeAttributesClassName: string("The class of attributes that can change later.", pointer),
  }),
  {
    accessModes: 1,
    selector: 4,
    resources: 2,
    volumeName: 3,
    storageClassName: 5,
    volumeMode: 6,
    dataSource: 7,
    dataSourceRef: 8,
    volumeAttributesClassName: 9,
  },
);

export const volumeResourceRequirementsSchema = message(
  "io.k8s.api.core.v1.VolumeResourceRequirements",
  "The amount of storage asked for.",
  () => ({
    limits: resourceList("How large it may be at most."),
    requests: resourceList("How large it must be at least."),
  }),
  { limits: 1, requests: 2 },
);

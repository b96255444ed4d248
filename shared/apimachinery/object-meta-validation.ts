/** Checks of `metadata` that hold for every kind (apimachinery `api/validation/objectmeta.go`). */
import type { ObjectMeta, OwnerReference } from "../api/meta-v1/object.ts";
import { forbidden, invalid, required, type FieldError } from "./field-error.ts";
import { semanticEqual } from "./semantic-equal.ts";
import {
  byteLength,
  complain,
  isDNS1123Label,
  isQualifiedName,
  validateAnnotations,
  validateLabels,
  validateNonNegative,
  type Check,
} from "./validation.ts";

/** What a kind says of its objects' names and scope. */
export interface NamedKind {
  readonly scope: "Namespaced" | "Cluster";
  readonly validateName: Check;
}

/** The two finalizers that stand for propagation policies; they exclude each other. */
export const ORPHAN_FINALIZER = "orphan";
export const FOREGROUND_FINALIZER = "foregroundDeletion";

/** Every problem with the metadata of an object that is about to be stored. */
export const validateObjectMeta = (meta: ObjectMeta, kind: NamedKind): readonly FieldError[] => [
  ...validateNames(meta, kind),
  ...validateNonNegative(meta.generation, "metadata.generation"),
  ...validateLabels(meta.labels, "metadata.labels"),
  ...validateAnnotations(meta.annotations, "metadata.annotations"),
  ...validateOwnerReferences(meta.ownerReferences ?? []),
  ...validateFinalizers(meta.finalizers ?? []),
  ...validateManagedFields(meta),
];

/** A generated name gets five characters more, so the prefix may end in a dash. */
const maskTrailingDash = (prefix: string): string =>
  prefix.length > 1 && prefix.endsWith("-") ? `${prefix.slice(0, -1)}a` : prefix;

function validateNames(meta: ObjectMeta, { scope, validateName }: NamedKind): readonly FieldError[] {
  const { name = "", generateName = "", namespace = "" } = meta as Partial<ObjectMeta>;
  return [
    ...(generateName === ""
      ? []
      : complain("metadata.generateName", generateName, validateName(maskTrailingDash(generateName)))),
    ...(name === ""
      ? [required("metadata.name", "name or generateName is required")]
      : complain("metadata.name", name, validateName(name))),
    ...(scope === "Namespaced"
      ? namespace === ""
        ? [required("metadata.namespace")]
        : complain("metadata.namespace", namespace, isDNS1123Label(namespace))
      : namespace === ""
        ? []
        : [forbidden("metadata.namespace", "not allowed on this type")]),
  ];
}

function validateOwnerReferences(references: readonly OwnerReference[]): readonly FieldError[] {
  const path = "metadata.ownerReferences";
  const controllers = references.filter((r) => r.controller === true);
  const [first, ...others] = controllers;
  return [
    ...references.flatMap((r) => validateOwnerReference(r, path)),
    ...others.map((other) =>
      invalid(
        path,
        references,
        `Only one reference can have Controller set to true. Found "true" in references for ${first?.kind}/${first?.name} and ${other.kind}/${other.name}`,
      ),
    ),
  ];
}

function validateOwnerReference(reference: OwnerReference, path: string): readonly FieldError[] {
  const { apiVersion = "", kind = "", name = "", uid = "" } = reference as Partial<OwnerReference>;
  const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
  const mustNotBeEmpty = (field: string, value: string): readonly FieldError[] =>
    value === "" ? [invalid(`${path}.${field}`, value, "must not be empty")] : [];
  return [
    ...(version === "" ? [invalid(`${path}.apiVersion`, apiVersion, "version must not be empty")] : []),
    ...mustNotBeEmpty("kind", kind),
    ...mustNotBeEmpty("name", name),
    ...mustNotBeEmpty("uid", uid),
    ...(apiVersion === "v1" && kind === "Event"
      ? [invalid(path, reference, "/v1, Kind=Event is disallowed from being an owner")]
      : []),
  ];
}

const STANDARD_FINALIZERS = new Set([ORPHAN_FINALIZER, FOREGROUND_FINALIZER, "kubernetes"]);

/** One finalizer name: qualified, and with a domain unless it is one of Kubernetes' own. */
export const validateFinalizerName = (name: string, path: string): readonly FieldError[] => [
  ...complain(path, name, isQualifiedName(name)),
  ...(name.includes("/") || STANDARD_FINALIZERS.has(name)
    ? []
    : [invalid(path, name, "name is neither a standard finalizer name nor is it fully qualified")]),
];

function validateFinalizers(finalizers: readonly string[]): readonly FieldError[] {
  const path = "metadata.finalizers";
  return [
    ...finalizers.flatMap((name) => validateFinalizerName(name, path)),
    ...(finalizers.includes(ORPHAN_FINALIZER) && finalizers.includes(FOREGROUND_FINALIZER)
      ? [invalid(path, finalizers, `finalizer ${ORPHAN_FINALIZER} and ${FOREGROUND_FINALIZER} cannot be both set`)]
      : []),
  ];
}

/** Names of field managers, as in `?fieldManager=`. */
export function checkFieldManager(name: string): readonly string[] {
  return [
    ...(byteLength(name) > 128 ? ["may not be more than 128 bytes"] : []),
    ...(/^[^\p{C}]*$/u.test(name) ? [] : ["should only contain printable characters"]),
  ];
}

const validateManagedFields = (meta: ObjectMeta): readonly FieldError[] =>
  (meta.managedFields ?? []).flatMap((entry, i) => {
    const path = `metadata.managedFields[${i}]`;
    const operation = entry.operation ?? "";
    return [
      ...(operation === "Apply" || operation === "Update"
        ? []
        : [invalid(`${path}.operation`, operation, "must be `Apply` or `Update`")]),
      ...(entry.fieldsType === undefined || entry.fieldsType === "" || entry.fieldsType === "FieldsV1"
        ? []
        : [invalid(`${path}.fieldsType`, entry.fieldsType, "must be `FieldsV1`")]),
      ...complain(`${path}.manager`, entry.manager, checkFieldManager(entry.manager ?? "")),
    ];
  });

const IMMUTABLE = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
] as const satisfies readonly (keyof ObjectMeta)[];

/** `field is immutable` for a field that differs. */
export const validateImmutable = (value: unknown, old: unknown, field: string): readonly FieldError[] =>
  semanticEqual(value, old) ? [] : [invalid(field, value, "field is immutable")];

/** What a change of metadata may not do; `validateObjectMeta` checks the rest. */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta): readonly FieldError[] {
  const added = (meta.finalizers ?? []).filter((f) => !(old.finalizers ?? []).includes(f));
  return [
    ...(old.deletionTimestamp !== undefined && added.length > 0
      ? [
          forbidden(
            "metadata.finalizers",
            `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added.sort())}`,
          ),
        ]
      : []),
    ...((meta.generation ?? 0) < (old.generation ?? 0)
      ? [invalid("metadata.generation", meta.generation ?? 0, "must not be decremented")]
      : []),
    ...IMMUTABLE.flatMap((field) => validateImmutable(meta[field], old[field], `metadata.${field}`)),
  ];
}

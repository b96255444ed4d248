import {
  CLEANUP_FINALIZER,
  type CustomResourceDefinition,
} from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import { specChanged, strategy, withStatusOf } from "../../strategy.ts";
import { withCondition } from "./conditions.ts";
import { validateDefinition, validateDefinitionUpdate, validateNewDefinition } from "./validation.ts";

/** Names that follow from the others. */
function withNames(definition: CustomResourceDefinition): CustomResourceDefinition {
  const { names } = definition.spec;
  const { kind = "", singular, listKind } = names as Partial<typeof names>;
  if (kind === "" || (singular !== undefined && listKind !== undefined)) return definition;
  const own = { singular: singular ?? kind.toLowerCase(), listKind: listKind ?? `${kind}List` };
  return { ...definition, spec: { ...definition.spec, names: { ...names, ...own } } };
}

const storageVersions = ({ spec }: CustomResourceDefinition): readonly string[] =>
  (spec.versions ?? []).filter(({ storage }) => storage).map(({ name }) => name);

/** The storage version becomes one of those in which objects may be stored. */
function withStoredVersions(definition: CustomResourceDefinition): CustomResourceDefinition {
  const stored = definition.status?.storedVersions ?? [];
  const news = storageVersions(definition).filter((name) => !stored.includes(name));
  if (news.length === 0) return definition;
  return { ...definition, status: { ...definition.status, storedVersions: [...stored, ...news] } };
}

export const customResourceDefinitionStrategy = strategy<CustomResourceDefinition>({
  prepareForCreate: (definition) =>
    withStoredVersions({ ...withNames(definition), status: { conditions: [], storedVersions: [] } }),
  prepareForUpdate: (definition, old) => withStoredVersions(withStatusOf(withNames(definition), old)),
  validate: validateDefinition,
  validateCreate: validateNewDefinition,
  validateUpdate: validateDefinitionUpdate,
  bumpsGeneration: specChanged,
  prepareForDelete: (definition, now) => {
    const { finalizers = [] } = definition.metadata;
    const pending = withCondition(definition, now, {
      type: "Terminating",
      status: "True",
      reason: "InstanceDeletionPending",
      message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
    });
    if (finalizers.includes(CLEANUP_FINALIZER)) return pending;
    return { ...pending, metadata: { ...pending.metadata, finalizers: [...finalizers, CLEANUP_FINALIZER] } };
  },
});

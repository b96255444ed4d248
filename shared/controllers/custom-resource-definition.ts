/** Gives CustomResourceDefinitions their names, and says so in their status. Runs in ClusterStore. */
import type { CustomResourceDefinition } from "../api/apiextensions-v1/custom-resource-definition.ts";
import { semanticEqual } from "../apimachinery/semantic-equal.ts";
import { withAcceptedNames } from "../registry/apiextensions-v1/custom-resource-definition/names.ts";
import { CUSTOM_RESOURCE_DEFINITIONS as RESOURCE } from "../registry/resource-keys.ts";
import type { View } from "../storage/view.ts";
import type { Controller } from "./controller.ts";

const all = (view: View): readonly CustomResourceDefinition[] => [...view.list(RESOURCE)] as CustomResourceDefinition[];

/** Those that were refused a name may get it when another definition of their group gives it up. */
const inGroup = (view: View, group: string): readonly string[] =>
  all(view)
    .filter(({ spec }) => spec.group === group)
    .map(({ metadata }) => metadata.name);

export const customResourceDefinitions: Controller = {
  name: "customresourcedefinitions",
  watches: [RESOURCE],
  keysFor: ({ resource, before, after }, view) => {
    const definition = (after ?? before) as CustomResourceDefinition | undefined;
    return resource === RESOURCE && definition !== undefined ? inGroup(view, definition.spec.group) : [];
  },
  allKeys: (view) => all(view).map(({ metadata }) => metadata.name),
  reconcile: (name, { view, host }) => {
    const definition = view.get(RESOURCE, name) as CustomResourceDefinition | undefined;
    if (definition === undefined || isSettled(definition)) return { writes: [], requeueAt: null };
    const others = all(view).filter(
      ({ spec, metadata }) => spec.group === definition.spec.group && metadata.name !== name,
    );
    const object = withAcceptedNames(definition, others, host.now());
    return { writes: [{ kind: "put", resource: RESOURCE, object }], requeueAt: null };
  },
};

const isSettled = ({ spec, status }: CustomResourceDefinition): boolean =>
  status?.acceptedNames !== undefined && semanticEqual(spec.names, status.acceptedNames);

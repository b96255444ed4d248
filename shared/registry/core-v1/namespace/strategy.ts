import { NAMESPACE_FINALIZER, NAMESPACE_NAME_LABEL, type Namespace } from "../../../api/core-v1/namespace.ts";
import { strategy, withStatusOf } from "../../strategy.ts";
import { validateNamespace } from "./validation.ts";

/** The name as a label, so that selectors of namespaces can pick one by name. It cannot be changed. */
const withNameLabel = (namespace: Namespace): Namespace => ({
  ...namespace,
  metadata: {
    ...namespace.metadata,
    labels: { ...namespace.metadata.labels, [NAMESPACE_NAME_LABEL]: namespace.metadata.name },
  },
});

function withFinalizer(namespace: Namespace): Namespace {
  const finalizers = (namespace as Partial<Namespace>).spec?.finalizers ?? [];
  if (finalizers.includes(NAMESPACE_FINALIZER)) return namespace;
  return { ...namespace, spec: { finalizers: [...finalizers, NAMESPACE_FINALIZER] } };
}

export const namespaceStrategy = strategy<Namespace>({
  prepareForCreate: (namespace) => ({ ...withFinalizer(withNameLabel(namespace)), status: { phase: "Active" } }),
  // `spec.finalizers` is the business of `/finalize`.
  prepareForUpdate: (namespace, old) => ({ ...withStatusOf(withNameLabel(namespace), old), spec: old.spec }),
  prepareForFinalize: (namespace, old) => withStatusOf(withNameLabel(namespace), old),
  validate: validateNamespace,
  // ClusterStore removes it when it is empty.
  outlivesDeletion: true,
});

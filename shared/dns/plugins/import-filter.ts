/** What the options of `kubernetes` hide or change of ServiceImports. */
import { matchesRequirements } from "../../apimachinery/selectors.ts";
import type { ImportEndpoint, ImportEntry, ImportSlice } from "../../proxy/table.ts";
import { underTargetName } from "../service-records.ts";
import type { FilterOptions } from "./kubernetes-filter.ts";

/**
 * As CoreDNS watches them: `labels` is for their slices only; what `namespace_labels` asks for, imports must have too; and `noendpoints`
 * leaves them alone.
 */
export function changedImport(original: ImportEntry, options: FilterOptions): ImportEntry | undefined {
  const { labels, namespaceLabels, ignoreEmptyService, endpointPodNames } = options;
  if (namespaceLabels !== null && !matchesRequirements(namespaceLabels, original.labels)) return undefined;
  const shown =
    labels === null ? original.slices : original.slices.filter((slice) => matchesRequirements(labels, slice.labels));
  if (ignoreEmptyService && !original.headless && !shown.some(hasReady)) return undefined;
  return { ...original, slices: endpointPodNames ? shown.map(underPodNames) : shown };
}

const hasReady = ({ endpoints }: ImportSlice): boolean => endpoints.some(({ ready }) => ready);

const underPodNames = (slice: ImportSlice): ImportSlice => ({
  ...slice,
  endpoints: slice.endpoints.map((endpoint): ImportEndpoint => underTargetName(endpoint, endpoint.targetName)),
});

/** The labels of EndpointSlices, which are nearly always those that their controller gives them. */
import { CLUSTER_IP_NONE, type Service } from "../api/core-v1/service.ts";
import {
  ENDPOINT_SLICE_CONTROLLER,
  HEADLESS_LABEL,
  MANAGED_BY_LABEL,
  SERVICE_NAME_LABEL,
  type EndpointSlice,
} from "../api/discovery-v1/endpoint-slice.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";
import type { Labels, ServiceEntry } from "./table.ts";

export const hasLabels = (labels: Labels | undefined): labels is Labels =>
  labels !== undefined && Object.keys(labels).length > 0;

/** What the endpoint slice controller writes: the Service's own, and three of its own. */
export function controllersSliceLabels({
  name,
  labels,
  headless,
}: Pick<ServiceEntry, "name" | "labels" | "headless">): Labels {
  return {
    ...labels,
    ...(headless ? { [HEADLESS_LABEL]: "" } : {}),
    [SERVICE_NAME_LABEL]: name,
    [MANAGED_BY_LABEL]: ENDPOINT_SLICE_CONTROLLER,
  };
}

/** Those of a slice, where they are others than the controller would write. */
export function sliceLabelsOf(
  { metadata: { labels = {} } }: EndpointSlice,
  { metadata, spec }: Service,
): { readonly sliceLabels?: Labels } {
  const { name } = metadata;
  const usual = { name, headless: spec.clusterIP === CLUSTER_IP_NONE, labels: metadata.labels ?? {} };
  return deepEqual(labels, controllersSliceLabels(usual)) ? {} : { sliceLabels: labels };
}

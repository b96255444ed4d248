/** Columns of everything that has a Pod template. */
import type { PodTemplateSpec } from "../../api/core-v1/pod.ts";
import type { KubeObject, LabelSelector } from "../../api/meta-v1/object.ts";
import { formatLabelSelector } from "../../apimachinery/selectors.ts";
import { NONE, wide } from "../columns.ts";
import type { PrinterColumn } from "../resource-kind.ts";

type Templated = KubeObject & { readonly spec: { readonly template: PodTemplateSpec } };
type Workload = Templated & { readonly spec: { readonly selector: LabelSelector } };

const containers = ({ spec }: Templated): PodTemplateSpec["spec"]["containers"] => spec.template.spec.containers ?? [];

export const containerColumns: readonly PrinterColumn<Templated>[] = [
  wide("Containers", "The names of the template's containers.", (w) =>
    containers(w)
      .map((c) => c.name)
      .join(","),
  ),
  wide("Images", "The images of the template's containers.", (w) =>
    containers(w)
      .map((c) => c.image ?? "")
      .join(","),
  ),
];

export const templateColumns: readonly PrinterColumn<Workload>[] = [
  ...containerColumns,
  wide("Selector", "What chooses its Pods.", ({ spec }) => formatLabelSelector(spec.selector) || NONE),
];

import type { ControllerRevision } from "../../../api/apps-v1/controller-revision.ts";
import { ageColumn, integer, nameColumn, NONE, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

/** `statefulset.apps/web` */
function controller({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find((r) => r.controller === true);
  if (owner === undefined) return NONE;
  const slash = owner.apiVersion.indexOf("/");
  const group = slash < 0 ? "" : `.${owner.apiVersion.slice(0, slash)}`;
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}

export const controllerRevisionColumns: readonly PrinterColumn<ControllerRevision>[] = [
  nameColumn,
  text("Controller", "What it is a revision of.", controller),
  integer("Revision", "Its place among the revisions.", (r) => r.revision),
  ageColumn,
];

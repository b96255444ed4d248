import type { JsonObject } from "../../apimachinery/json.ts";
import { scaleSchema } from "../autoscaling-v1/scale/schema.ts";
import { listKindOf, type ResourceKind } from "../resource-kind.ts";
import { pathsOf } from "./openapi-paths.ts";
import { schemasOf } from "./openapi-schemas.ts";

/**
 * The OpenAPI v3 document of one group version, e.g. `apps/v1`: what kubectl validates, explains and computes patches by.
 * `kinds` are those of the group version. The same kinds give the same document, key for key.
 */
export function openApiDocument(groupVersion: string, kinds: readonly ResourceKind[]): JsonObject {
  const roots = kinds.map((one) => ({
    schema: one.schema,
    gvk: { group: one.group, version: one.version, kind: one.kind },
    listKind: listKindOf(one),
    isListed: one.verbs.includes("list"),
    ...(one.custom === undefined ? {} : { published: one.custom.openAPI }),
  }));
  const scale = kinds.some((kind) => kind.scale !== undefined)
    ? [
        {
          schema: scaleSchema,
          gvk: { group: "autoscaling", version: "v1", kind: "Scale" },
          listKind: "",
          isListed: false,
        },
      ]
    : [];
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "v1.35.0", description: `The kinds of ${groupVersion}.` },
    paths: Object.assign({}, ...kinds.map(pathsOf)) as JsonObject,
    components: { schemas: schemasOf([...roots, ...scale]) },
  };
}

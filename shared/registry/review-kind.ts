/** What all reviews have in common: they can be created, and nothing else. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { ResourceKind, ReviewBinding, Strategy } from "./resource-kind.ts";
import type { ObjectSchema } from "./schema/schema.ts";
import { strategy } from "./strategy.ts";
import { nameColumn } from "./columns.ts";

export interface ReviewDeclaration<T extends KubeObject> {
  readonly group: string;
  readonly kind: string;
  readonly scope?: ResourceKind["scope"];
  readonly schema: ObjectSchema;
  readonly validate?: Strategy<T>["validate"];
  readonly review: ReviewBinding<T>;
}

export function reviewKind<T extends KubeObject>(declared: ReviewDeclaration<T>): ResourceKind<T> {
  const { group, kind, scope = "Cluster", schema, validate, review } = declared;
  const singular = kind.toLowerCase();
  return {
    group,
    version: "v1",
    kind,
    plural: `${singular}s`,
    singular,
    shortNames: [],
    categories: [],
    scope,
    verbs: ["create"],
    hasStatus: false,
    review,
    schema,
    strategy: strategy<T>(validate === undefined ? {} : { validate }),
    columns: [nameColumn],
    selectableFields: {},
    deleteReturnsObject: false,
    validateName: () => [],
  };
}

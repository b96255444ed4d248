/** Objects through the strategy of their kind, as a store takes them: decoded, defaulted, prepared, validated. */
import { expect } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { kindOf } from "../../../shared/registry/index.ts";
import type { ResourceKey } from "../../../shared/registry/resource-kind.ts";
import { applyDefaults } from "../../../shared/registry/schema/apply-defaults.ts";
import { checkFields } from "../../../shared/registry/schema/check-fields.ts";

const context = { host: { now: () => 0, uid: () => "uid", pick: () => 0 }, serviceIPFamilies: ["IPv4"] } as const;

type Fields = Readonly<Record<string, unknown>>;

export interface Outcome<T> {
  readonly object: T;
  /** `path: message` */
  readonly errors: readonly string[];
}

const decoded = (resource: string, fields: Fields): KubeObject => {
  const kind = kindOf(resource as ResourceKey);
  const metadata = { name: "a", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };
  const namespace = kind.scope === "Namespaced" ? { namespace: "shop" } : {};
  const { metadata: own = {}, ...rest } = fields as { metadata?: object };
  const raw = { apiVersion: "v1", kind: kind.kind, ...rest, metadata: { ...metadata, ...namespace, ...own } };
  const checked = checkFields(kind.schema, raw, kind.kind);
  if (!checked.ok) return expect.fail(checked.message);
  expect(checked.unknown).toEqual([]);
  return applyDefaults(kind.schema, checked.value) as unknown as KubeObject;
};

export function create<T = KubeObject>(resource: string, fields: Fields): Outcome<T> {
  const { strategy } = kindOf(resource as ResourceKey);
  const object = strategy.prepareForCreate(decoded(resource, fields), context);
  const errors = [...strategy.validate(object, context), ...(strategy.validateCreate?.(object) ?? [])];
  return { object: object as T, errors: errors.map((e) => `${e.field}: ${e.message}`) };
}

export function update<T extends KubeObject>(resource: string, old: T, fields: Fields): Outcome<T> {
  const { strategy } = kindOf(resource as ResourceKey);
  const asked = decoded(resource, { ...old, ...fields });
  const object = strategy.prepareForUpdate(asked, old, context);
  const errors = [...strategy.validate(object, context), ...strategy.validateUpdate(object, old, context)];
  return { object: object as T, errors: errors.map((e) => `${e.field}: ${e.message}`) };
}

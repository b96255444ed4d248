/** Services through the whole of their strategy, as a store does it: prepare, validate, allocate, assign. */
import { expect } from "vitest";
import type { Service } from "../../../../../shared/api/core-v1/service.ts";
import type { FieldError } from "../../../../../shared/apimachinery/field-error.ts";
import { parseCIDR } from "../../../../../shared/apimachinery/ip.ts";
import { allocate, type AllocationState, type PortHolder } from "../../../../../shared/registry/allocation/allocate.ts";
import { NODE_PORT_RANGE } from "../../../../../shared/registry/allocation/port-allocator.ts";
import { serviceAllocation } from "../../../../../shared/registry/core-v1/service/allocation.ts";
import { serviceStrategy } from "../../../../../shared/registry/core-v1/service/strategy.ts";
import type { StrategyContext } from "../../../../../shared/registry/resource-kind.ts";

const host = { now: () => 0, uid: () => "uid", pick: () => 0 };

export const single: StrategyContext = { host, serviceIPFamilies: ["IPv4"] };
export const dual: StrategyContext = { host, serviceIPFamilies: ["IPv4", "IPv6"] };
export const six: StrategyContext = { host, serviceIPFamilies: ["IPv6"] };

/** A spec as a client writes it: any JSON. */
export type Spec = Readonly<Record<string, unknown>>;

export const service = (spec: Spec | undefined, metadata: Readonly<Record<string, unknown>> = {}): Service =>
  ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop", uid: "u", resourceVersion: "1", creationTimestamp: "", ...metadata },
    ...(spec === undefined ? {} : { spec }),
  }) as unknown as Service;

export const lines = (errors: readonly FieldError[]): readonly string[] =>
  errors.map((e) => `${e.field}: ${e.message}`);

export const prepared = (spec: Spec | undefined, context = single): Service =>
  serviceStrategy.prepareForCreate(service(spec), context);

/** The complaints about a new Service. */
export const complaints = (spec: Spec, context = single, metadata = {}): readonly string[] =>
  lines(serviceStrategy.validate(serviceStrategy.prepareForCreate(service(spec, metadata), context), context));

export const state = (nodePorts: readonly (readonly [number, PortHolder])[] = []): AllocationState => ({
  addressRanges: ["10.96.0.0/24", "fd00:10:96::/112"].flatMap((text) => {
    const cidr = parseCIDR(text);
    return cidr === null ? [] : [{ cidr, used: new Set<string>() }];
  }),
  nodePortRange: NODE_PORT_RANGE,
  defaultIngressClasses: [],
  nodePorts: new Map(nodePorts),
});

/** With everything granted that it needs: addresses from 10.96.0.17 and fd00:10:96::101 on, ports from 30086 on. */
export function granted(object: Service, old: Service | undefined): Service {
  const requests = serviceAllocation.needs(object, old);
  const answer = allocate(state(), { owner: "shop/web", requests }, () => 0);
  if (!answer.ok) return expect.fail(JSON.stringify(answer));
  return serviceAllocation.assign(object, requests, answer.grants);
}

/** A Service as it is stored after its creation. */
export function stored(spec: Spec, context = single): Service {
  expect(complaints(spec, context)).toEqual([]);
  return granted(prepared(spec, context), undefined);
}

/** What an update of the stored Service to this spec comes to, and what is wrong with it. */
export function updated(old: Service, spec: Spec, context = single): { object: Service; errors: readonly string[] } {
  const object = serviceStrategy.prepareForUpdate({ ...old, spec } as unknown as Service, old, context);
  const errors = [
    ...serviceStrategy.validate(object, context),
    ...serviceStrategy.validateUpdate(object, old, context),
  ];
  return { object: errors.length === 0 ? granted(object, old) : object, errors: lines(errors) };
}

export const http = { port: 80 };
export const ports = [http];

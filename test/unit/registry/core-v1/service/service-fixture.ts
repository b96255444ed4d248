/** Services through the whole of their strategy, as a store does it: prepare, validate, allocate, assign. */
import { expect } from "vitest";
import { parse } from "yaml";
import type { Service } from "../../../../../shared/api/core-v1/service.ts";
import type { FieldError } from "../../../../../shared/apimachinery/field-error.ts";
import { familyOf, parseCIDR } from "../../../../../shared/apimachinery/ip.ts";
import { allocate, type AllocationState } from "../../../../../shared/registry/allocation/allocate.ts";
import { NODE_PORT_RANGE } from "../../../../../shared/registry/allocation/port-allocator.ts";
import { serviceAllocation } from "../../../../../shared/registry/core-v1/service/allocation.ts";
import { serviceStrategy } from "../../../../../shared/registry/core-v1/service/strategy.ts";
import type { StrategyContext } from "../../../../../shared/registry/resource-kind.ts";

const OWNER = "shop/web";
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

/** The cluster's allocators, with what this Service already holds in use. */
function state(old: Service | undefined): AllocationState {
  const held = old === undefined ? [] : serviceAllocation.held(old);
  const used = new Set(held.flatMap((h) => (h.kind === "ClusterIP" ? [h.value] : [])));
  return {
    addressRanges: ["10.96.0.0/24", "fd00:10:96::/112"].flatMap((text) => {
      const cidr = parseCIDR(text);
      if (cidr === null) return [];
      const mine = [...used].filter((address) => familyOf(address) === cidr.family);
      return [{ cidr, ready: true, used: new Set(mine) }];
    }),
    nodePortRange: NODE_PORT_RANGE,
    defaultIngressClass: null,
    nodePorts: new Map(
      held.flatMap((h) =>
        h.kind === "NodePort" || h.kind === "HealthCheckNodePort" ? [[h.value, { owner: OWNER, kind: h.kind }]] : [],
      ),
    ),
  };
}

/** With everything granted that it needs: addresses from 10.96.0.17 and fd00:10:96::101 on, ports from 30086 on. */
export function granted(object: Service, old: Service | undefined): Service {
  const requests = serviceAllocation.needs(object, old);
  const answer = allocate(state(old), { owner: OWNER, requests }, () => 0);
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

/** `80`, `http:80`, `http:80:30080`, `dns:53/UDP`: a port by its name, number, node port and protocol. */
function port(text: string | number): Spec {
  const found = /^(?:([a-z]\S*?):)?(\d+)(?::(-?\d+))?(?:\/(\w+))?$/.exec(String(text));
  if (found === null) return expect.fail(`not a port: ${text}`);
  const [, name, number, nodePort, protocol] = found;
  return {
    ...(name === undefined ? {} : { name }),
    port: Number(number),
    ...(nodePort === undefined ? {} : { nodePort: Number(nodePort) }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}

/** A spec in a line: a YAML flow mapping without its braces, its ports in short. */
export function spec(line: string): Spec {
  const fields = parse(`{${line}}`) as Spec;
  const given = fields["ports"];
  if (!Array.isArray(given)) return fields;
  return { ...fields, ports: given.map((p: unknown) => (typeof p === "object" ? p : port(p as string | number))) };
}

/** Checks each field that the line names: null is absent, `nodePorts` are those of the ports, 0 where there is none. */
export function expectSpec(actual: Service, line: string): void {
  const fields = { ...actual.spec, nodePorts: (actual.spec.ports ?? []).map((p) => p.nodePort ?? 0) };
  const expected = parse(`{${line}}`) as Spec;
  const found = Object.keys(expected).map((key) => [key, (fields as Spec)[key] ?? null]);
  expect(Object.fromEntries(found)).toEqual(expected);
}

/** As `kubectl patch` sends it: the whole stored spec with these fields changed; null takes one away. */
export function patched(old: Service, line: string): Spec {
  const fields = Object.entries({ ...old.spec, ...spec(line) });
  return Object.fromEntries(fields.filter(([, value]) => value !== null));
}

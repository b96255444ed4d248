/** Which URL a request goes to: a backend, and the cluster's image rules, give a target. */
import { imageRuleKeys } from "./image-reference.ts";
import type { Backend, Endpoint, PodSummary, ServiceEntry } from "./table.ts";

export type BackendTarget =
  /** `base` has no trailing slash; the request's path and query are appended. */
  | { readonly kind: "url"; readonly base: string }
  | { readonly kind: "binding"; readonly name: string }
  | { readonly kind: "builtin"; readonly pod: PodSummary }
  /** The slice still names a Pod that is gone: dialling it would be refused. */
  | { readonly kind: "gone" };

type ImageRuleMap = Readonly<Record<string, string>>;

const BINDING = "binding:";

/** Answers per rules object: image rules arrive as one object that is replaced when it changes, so the memo goes with it. */
const memo = new WeakMap<ImageRuleMap, Map<string, BackendTarget | null>>();
/** More images than any cluster runs; keeps a hostile stream of image names from growing the memo without end. */
const MEMO_LIMIT = 10_000;

/** The target of the rule that matches `image` best, or null where none does. */
export function imageRuleTarget(image: string, rules: ImageRuleMap): BackendTarget | null {
  let targets = memo.get(rules);
  if (targets === undefined) memo.set(rules, (targets = new Map()));
  const known = targets.get(image);
  if (known !== undefined) return known;
  if (targets.size >= MEMO_LIMIT) targets.clear();
  const target = findRule(image, rules);
  targets.set(image, target);
  return target;
}

function findRule(image: string, rules: ImageRuleMap): BackendTarget | null {
  for (const key of imageRuleKeys(image)) {
    const value = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (value !== undefined) return toTarget(value);
  }
  return null;
}

const toTarget = (value: string): BackendTarget =>
  value.startsWith(BINDING)
    ? { kind: "binding", name: value.slice(BINDING.length) }
    : { kind: "url", base: value.endsWith("/") ? value.slice(0, -1) : value };

/** The Service's own backend stands for that of every endpoint. */
export const backendTarget = (service: ServiceEntry, endpoint: Endpoint, imageRules: ImageRuleMap): BackendTarget =>
  targetOf(service.backend ?? endpoint.backend, endpoint, imageRules);

/** Where a backend is, for an endpoint of which no more is known than where it is and whose. */
export function targetOf(
  backend: Backend,
  endpoint: Pick<Endpoint, "address" | "port" | "pod">,
  imageRules: ImageRuleMap,
): BackendTarget {
  switch (backend.kind) {
    case "url":
      return { kind: "url", base: backend.url };
    case "binding":
      return backend;
    case "address":
      return { kind: "url", base: `${backend.scheme}://${hostPort(endpoint.address, endpoint.port)}` };
    case "image":
      return endpoint.pod === null ? { kind: "gone" } : podTarget(endpoint.pod, endpoint.port, imageRules);
    default:
      return backend satisfies never;
  }
}

/** The container that declares the port answers on it; one that declares nothing may listen anywhere. */
function podTarget(pod: PodSummary, port: number, imageRules: ImageRuleMap): BackendTarget {
  const owner = containerOf(pod, port);
  if (owner !== undefined) {
    const target = imageRuleTarget(owner.image, imageRules);
    if (target !== null) return target;
  }
  return { kind: "builtin", pod };
}

/** The container that answers on a port: the one that declares it, else the first. */
export const containerOf = (pod: PodSummary, port: number): PodSummary["containers"][number] | undefined =>
  pod.containers.find((container) => container.ports.includes(port)) ?? pod.containers[0];

/** `host:port` as it stands in a URL: IPv6 in brackets. */
export const hostPort = (address: string, port: number): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** Rare, and harmless when it is only part of a name: then the URL comes out as it was. */
const mayHaveDotSegment = (path: string): boolean => path.includes("/.") || path.includes("%2") || path.includes("\\");

/**
 * `base` + the request's path and query. Dot segments are resolved before the base path is put in front, so that
 * `/../secret` cannot climb out of it (fetch would resolve them afterwards).
 */
export function appendPath(base: string, pathAndQuery: string): string {
  if (!mayHaveDotSegment(pathAndQuery)) return base + pathAndQuery;
  // A path that starts with `//` would otherwise be read as an authority.
  const prefixed = `http://path.invalid${pathAndQuery}`;
  if (!URL.canParse(prefixed)) return base + pathAndQuery;
  const { pathname, search } = new URL(prefixed);
  return base + pathname + search;
}

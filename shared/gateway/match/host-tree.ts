/** One virtual host, compiled: exact paths in a Map, prefixes in a trie by element, the rest in short lists. */
import type { Route, VirtualHost } from "../ir.ts";
import { unmetCondition } from "./conditions.ts";
import { compileRegex, type Regex } from "./regex/regex.ts";
import type { GatewayRequest } from "./request.ts";

/** A route's place in the host's order of precedence: 0 goes first. */
type Rank = number;

interface TrieNode {
  readonly children: Map<string, TrieNode>;
  readonly ranks: Rank[];
}

export interface Candidate {
  readonly route: Route;
  /** What a regular expression captured, whole match first; null for other paths. */
  readonly captures: readonly (string | undefined)[] | null;
}

export interface HostTree {
  readonly host: VirtualHost;
  /** The route whose path matches, whose conditions hold, and which goes before all other such. Cost: the path's length. */
  readonly find: (request: GatewayRequest) => Candidate | null;
  /** All whose path matches, first in precedence first. For `explain`. */
  readonly candidates: (path: string) => readonly Candidate[];
}

const newNode = (): TrieNode => ({ children: new Map(), ranks: [] });

export function compileHost(host: VirtualHost): HostTree {
  const exact = new Map<string, Rank[]>();
  const root = newNode();
  /** By length, since a Map finds one of a given length at once. */
  const strings = new Map<number, Map<string, Rank[]>>();
  const regexes: { readonly rank: Rank; readonly regex: Regex }[] = [];

  for (const [rank, { match }] of host.routes.entries()) {
    const { path } = match;
    switch (path.type) {
      case "Exact":
        push(exact, path.value, rank);
        break;
      case "Prefix":
        nodeAt(root, path.value).ranks.push(rank);
        break;
      case "StringPrefix": {
        const ofLength = strings.get(path.value.length) ?? new Map<string, Rank[]>();
        strings.set(path.value.length, ofLength);
        push(ofLength, path.value, rank);
        break;
      }
      case "Regex": {
        const compiled = compileRegex(path.value, path.ignoreCase);
        if (compiled.ok) regexes.push({ rank, regex: compiled.regex });
        break;
      }
      default:
        path satisfies never;
    }
  }
  const isPlain = strings.size === 0 && regexes.length === 0;

  const accept = (rank: Rank, request: GatewayRequest): Candidate | null => {
    const route = host.routes[rank];
    return route === undefined || unmetCondition(route.match, request) !== null ? null : { route, captures: null };
  };

  /** Exact, then the deepest prefix, and back up from there: no list of candidates is made. */
  const findPlain = (request: GatewayRequest): Candidate | null => {
    for (const rank of exact.get(request.path) ?? NONE) {
      const found = accept(rank, request);
      if (found !== null) return found;
    }
    const passed = nodesAlong(root, request.path);
    for (let i = passed.length - 1; i >= 0; i--) {
      for (const rank of passed[i]?.ranks ?? NONE) {
        const found = accept(rank, request);
        if (found !== null) return found;
      }
    }
    return null;
  };

  const candidates = (path: string): readonly Candidate[] => {
    const ranks: Rank[] = [...(exact.get(path) ?? NONE), ...nodesAlong(root, path).flatMap((node) => node.ranks)];
    for (const [length, ofLength] of strings) {
      if (length <= path.length) ranks.push(...(ofLength.get(path.slice(0, length)) ?? NONE));
    }
    const captured = new Map<Rank, Candidate["captures"]>();
    for (const { rank, regex } of regexes) {
      const captures = regex.match(path);
      if (captures === null) continue;
      captured.set(rank, captures);
      ranks.push(rank);
    }
    return ranks
      .sort((a, b) => a - b)
      .flatMap((rank) => {
        const route = host.routes[rank];
        return route === undefined ? [] : [{ route, captures: captured.get(rank) ?? null }];
      });
  };

  return {
    host,
    candidates,
    find: isPlain
      ? findPlain
      : (request) =>
          candidates(request.path).find(({ route }) => unmetCondition(route.match, request) === null) ?? null,
  };
}

const NONE: readonly Rank[] = [];

function push(map: Map<string, Rank[]>, key: string, rank: Rank): void {
  const ranks = map.get(key);
  if (ranks === undefined) map.set(key, [rank]);
  else ranks.push(rank);
}

function nodeAt(root: TrieNode, prefix: string): TrieNode {
  let node = root;
  for (const element of prefix.split("/")) {
    if (element === "") continue;
    let child = node.children.get(element);
    if (child === undefined) node.children.set(element, (child = newNode()));
    node = child;
  }
  return node;
}

/** The nodes of the prefixes of a path, from the root to the deepest that there is. */
function nodesAlong(root: TrieNode, path: string): readonly TrieNode[] {
  const passed = [root];
  let node = root;
  for (let start = 1; start < path.length && node.children.size > 0;) {
    const slash = path.indexOf("/", start);
    const end = slash < 0 ? path.length : slash;
    const child = node.children.get(path.slice(start, end));
    if (child === undefined) break;
    passed.push((node = child));
    start = end + 1;
  }
  return passed;
}

/** Which of two routes goes first. */
import type { PathMatch, Route } from "./ir.ts";

type Comparator = (a: Route, b: Route) => number;

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const first =
  (...comparators: readonly Comparator[]): Comparator =>
  (a, b) => {
    for (const compare of comparators) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
const desc =
  (of: (route: Route) => number): Comparator =>
  (a, b) =>
    of(b) - of(a);
const asc =
  (of: (route: Route) => number): Comparator =>
  (a, b) =>
    of(a) - of(b);

/** Exact paths go before all others; the rest go by length, whatever their type. */
const isExact = ({ type }: PathMatch): number => (type === "Exact" ? 1 : 0);
const RANK = { Exact: 0, Regex: 1, Prefix: 2, StringPrefix: 3 } as const;

/** The characters that count: a slash at the end of a prefix means nothing. */
const lengthOf = ({ type, value }: PathMatch): number =>
  type === "Prefix" && value.endsWith("/") ? value.length - 1 : value.length;

/**
 * Ingress: "paths will be matched in order of the longest matching path first; if two paths are equally matched, precedence will
 * be given to paths with an exact path type". HTTPRoute.rules.matches goes on: method, number of headers, number of query
 * parameters. Then, for both: oldest object, `namespace/name`, place in the object.
 */
export const byPrecedence: Comparator = first(
  desc(({ match }) => isExact(match.path)),
  desc(({ match }) => lengthOf(match.path)),
  asc(({ match }) => RANK[match.path.type]),
  desc(({ match }) => (match.method === null ? 0 : 1)),
  desc(({ match }) => match.headers.length),
  desc(({ match }) => match.queryParams.length),
  (a, b) => text(a.source.created, b.source.created),
  (a, b) => text(`${a.source.namespace}/${a.source.name}`, `${b.source.namespace}/${b.source.name}`),
  asc(({ source }) => source.rule),
  asc(({ source }) => source.match),
);

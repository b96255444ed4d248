/**
 * The order of a merged list: what the patch names stands in the patch's order, what only the server has keeps the
 * server's, and the two are interleaved as the server had them, as far as that goes
 * (design proposal "preserve order in strategic merge patch").
 */
import type { JsonValue } from "../json.ts";

/** What identifies an element: itself in a set of scalars, its merge key's value in a list of objects. */
export type KeyOf = (element: JsonValue) => JsonValue | undefined;

type Positions = ReadonlyMap<JsonValue | undefined, number>;

/** `wanted` is the patch's order (or its `$setElementOrder`), `server` the list before the patch. */
export function inElementOrder(
  merged: readonly JsonValue[],
  wanted: readonly JsonValue[],
  server: readonly JsonValue[],
  keyOf: KeyOf,
): readonly JsonValue[] {
  const inPatch = positions(wanted, keyOf);
  const onServer = positions(server, keyOf);
  const isPatched = (element: JsonValue): boolean => inPatch.has(keyOf(element));
  const patched = sorted(merged.filter(isPatched), inPatch, keyOf);
  const serverOnly = sorted(
    merged.filter((element) => !isPatched(element)),
    onServer,
    keyOf,
  );
  return interleaved(serverOnly, patched, onServer, keyOf);
}

function positions(elements: readonly JsonValue[], keyOf: KeyOf): Positions {
  const first = new Map<JsonValue | undefined, number>();
  for (const [i, element] of elements.entries()) {
    const key = keyOf(element);
    if (!first.has(key)) first.set(key, i);
  }
  return first;
}

const sorted = (elements: readonly JsonValue[], order: Positions, keyOf: KeyOf): readonly JsonValue[] =>
  elements
    .map((element) => ({ element, at: order.get(keyOf(element)) ?? Infinity }))
    .sort((a, b) => (a.at === b.at ? 0 : a.at - b.at))
    .map(({ element }) => element);

/** An element of `serverOnly` goes in front of the first patched element that the server had behind it. */
function interleaved(
  serverOnly: readonly JsonValue[],
  patched: readonly JsonValue[],
  onServer: Positions,
  keyOf: KeyOf,
): readonly JsonValue[] {
  const all: JsonValue[] = [];
  const waiting = serverOnly.map((element) => ({ element, at: onServer.get(keyOf(element)) ?? Infinity }));
  let next = 0;
  for (const element of patched) {
    // An element that is new comes before whatever waits: nothing says what it should follow.
    const at = onServer.get(keyOf(element)) ?? -1;
    for (let first = waiting[next]; first !== undefined && first.at < at; first = waiting[++next])
      all.push(first.element);
    all.push(element);
  }
  return [...all, ...serverOnly.slice(next)];
}

/** Whether the elements stand in `order` in the same sequence, as a patch and its `$setElementOrder` must. */
export function followsOrder(elements: readonly JsonValue[], order: readonly JsonValue[], keyOf: KeyOf): boolean {
  let next = 0;
  for (const element of order) {
    const expected = elements[next];
    if (expected !== undefined && keyOf(expected) === keyOf(element)) next++;
  }
  return next >= elements.length;
}

/** Which names a definition gets: in a group each name of a resource and each kind belongs to one (apiextensions naming controller). */
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
} from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import { withCondition, type DefinitionCondition } from "./conditions.ts";
import { hasCondition } from "../../../api/apiextensions-v1/custom-resource-definition.ts";

interface Accepted {
  readonly names: Partial<CustomResourceDefinitionNames>;
  readonly condition: DefinitionCondition;
}

/** The definition with the names it gets beside `others`, the other definitions of its group, and what follows from that. `now` in ms. */
export function withAcceptedNames(
  definition: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
  now: number,
): CustomResourceDefinition {
  const { names, condition } = acceptedNames(definition, others);
  const named = withCondition(
    { ...definition, status: { ...definition.status, acceptedNames: names as CustomResourceDefinitionNames } },
    now,
    condition,
  );
  if (hasCondition(definition, "Established")) return named;
  const isAccepted = condition.status === "True";
  return withCondition(named, now, {
    type: "Established",
    status: isAccepted ? "True" : "False",
    reason: isAccepted ? "InitialNamesAccepted" : "NotAccepted",
    message: isAccepted ? "the initial names have been accepted" : "not all names are accepted",
  });
}

function acceptedNames(
  { spec, status }: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
): Accepted {
  const taken = others.map((other) => other.status?.acceptedNames ?? { plural: "", kind: "" });
  const resources = new Set(taken.flatMap((n) => [n.plural, n.singular ?? "", ...(n.shortNames ?? [])]));
  const kinds = new Set(taken.flatMap((n) => [n.kind, n.listKind ?? ""]));
  const wanted = spec.names;
  const had: Partial<CustomResourceDefinitionNames> = status?.acceptedNames ?? {};
  let reason = "";
  let message = "";
  const refuse = (why: string, ...names: readonly string[]): void => {
    reason = why;
    message = names.map((name) => `${JSON.stringify(name)} is already in use`).join(", ");
    if (names.length > 1) message = `[${message}]`;
  };
  const one = (name: "plural" | "singular" | "kind" | "listKind", used: ReadonlySet<string>, why: string) => {
    const value = wanted[name] ?? "";
    if (value === had[name] || !used.has(value)) return { [name]: value };
    refuse(why, value);
    return had[name] === undefined ? {} : { [name]: had[name] };
  };
  const short = (): Partial<CustomResourceDefinitionNames> => {
    const { shortNames } = wanted;
    const conflicts = (shortNames ?? []).filter((n) => had.shortNames?.includes(n) !== true && resources.has(n));
    if (conflicts.length > 0) refuse("ShortNamesConflict", ...conflicts);
    const kept = conflicts.length > 0 ? had.shortNames : shortNames;
    return kept === undefined ? {} : { shortNames: kept };
  };
  const names = {
    ...one("plural", resources, "PluralConflict"),
    ...one("singular", resources, "SingularConflict"),
    ...short(),
    ...one("kind", kinds, "KindConflict"),
    ...one("listKind", kinds, "ListKindConflict"),
    ...(wanted.categories === undefined ? {} : { categories: wanted.categories }),
  };
  const condition: DefinitionCondition =
    reason === ""
      ? { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" }
      : { type: "NamesAccepted", status: "False", reason, message };
  return { names, condition };
}

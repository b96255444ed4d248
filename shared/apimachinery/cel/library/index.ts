/** Every function that an expression may call, by name. */
import type { Overload } from "../overload.ts";
import { conversions } from "./conversions.ts";
import { kubernetes } from "./kubernetes.ts";
import { lists } from "./lists.ts";
import { operators } from "./operators.ts";
import { strings } from "./strings.ts";

export const FUNCTIONS: ReadonlyMap<string, readonly Overload[]> = Map.groupBy(
  [...operators, ...conversions, ...strings, ...lists, ...kubernetes],
  ({ name }) => name,
);

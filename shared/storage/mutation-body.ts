/**
 * The JSON value of a write on its way to a store. As text it is copied; as a value RPC takes it apart and puts it together again, which
 * costs more than twice as much as writing and parsing JSON.
 */
import type { Mutation } from "./mutation.ts";

/** A mutation without its value, and the value's text; none where there is no value, or none that JSON can say. */
export interface SentMutation {
  readonly mutation: Mutation;
  readonly body?: string;
}

/** For the caller of a store. `text`: the value as JSON, from a caller that has it. */
export function takeOutBody(mutation: Mutation, text?: string): SentMutation {
  switch (mutation.verb) {
    case "create":
    case "update":
      return sent(mutation.object, text, { ...mutation, object: null }, mutation);
    case "patch":
      return sent(mutation.patch, text, { ...mutation, patch: null }, mutation);
    case "delete":
    case "deletecollection":
      return { mutation };
    default:
      return mutation satisfies never;
  }
}

function sent(value: unknown, text: string | undefined, bare: Mutation, whole: Mutation): SentMutation {
  if (text !== undefined) return { mutation: bare, body: text };
  const body = JSON.stringify(value) as string | undefined;
  return body === undefined || (body.includes("null") && !isFinite(value))
    ? { mutation: whole }
    : { mutation: bare, body };
}

/** Infinity and NaN, which YAML has and JSON writes as `null`: the store is to see, and to refuse, them for what they are. */
function isFinite(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value !== "object" || value === null || Object.values(value).every(isFinite);
}

/** For the store: the mutation as it was before `takeOutBody`. */
export function putInBody(mutation: Mutation, body: string | undefined): Mutation {
  if (body === undefined) return mutation;
  const value = JSON.parse(body) as unknown;
  switch (mutation.verb) {
    case "create":
    case "update":
      return { ...mutation, object: value };
    case "patch":
      return { ...mutation, patch: value };
    case "delete":
    case "deletecollection":
      return mutation;
    default:
      return mutation satisfies never;
  }
}

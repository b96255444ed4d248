/** What a rule of `rewrite` is, once it has been read. */
import type { Question, Rcode } from "../records.ts";
import type { EdnsOption } from "../wire/decode.ts";
import type { Client, Query } from "./plugin.ts";
import type { Rewriter } from "./rewrite-names.ts";

/** What is done to the answer when it comes. */
export type AnswerRule =
  | { readonly kind: "name" | "value"; readonly rewrite: Rewriter }
  | { readonly kind: "ttl"; readonly min: number; readonly max: number }
  | { readonly kind: "rcode"; readonly from: Rcode; readonly to: Rcode }
  /** The option of the resolver's answer becomes this one, or goes. */
  | { readonly kind: "option"; readonly code: number; readonly to: EdnsOption | null }
  /** An alias leads elsewhere, to the name that this gives for its target. */
  | { readonly kind: "cname"; readonly rewrite: Rewriter };

/** What rules change of a query. */
export type Subject = Pick<Query, "question" | "options">;

export interface Rule {
  /** No rule after this one, once it has applied. */
  readonly stops: boolean;
  /** `null`: it does not apply. `"invalid"`: what it makes is no name. `client` is who asks. */
  readonly apply: (subject: Subject, client: Client) => Applied | "invalid" | null;
}

/** What is absent stays as it is. */
export interface Applied {
  readonly question?: Question;
  readonly options?: readonly EdnsOption[];
  readonly answerRules: readonly AnswerRule[];
}

/** A rule, `"ignored"` for one that has no effect here, or what is wrong. */
export type ReadRule = Rule | { readonly error: string } | "ignored";

export const wrong = (error: string): { readonly error: string } => ({ error });

/** A pattern that is none. Thrown inside the parser only, and a value to everybody else. */
export class SyntaxProblem extends Error {}

/** Ends the parsing; `expression` is the part that is wrong. The words are Go's (`regexp/syntax.Error`). */
export function refuse(problem: string, expression: string): never {
  throw new SyntaxProblem(`error parsing regexp: ${problem}: \`${expression}\``);
}

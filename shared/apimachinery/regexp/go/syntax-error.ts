/** A pattern that is none. Thrown inside the parser only, and a value to everybody else. */
export class SyntaxProblem extends Error {}

/** What is wrong with which part, in Go's words (`regexp/syntax.Error`). */
export const syntaxMessage = (problem: string, expression: string): string =>
  `error parsing regexp: ${problem}: \`${expression}\``;

/** Ends the parsing. */
export function refuse(problem: string, expression: string): never {
  throw new SyntaxProblem(syntaxMessage(problem, expression));
}

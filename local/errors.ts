/** A failure that the person at the command line can mend: it is shown without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Node's error code (`ENOENT`, `EADDRINUSE`), or undefined. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

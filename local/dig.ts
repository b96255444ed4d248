import { formatExplanation, type Explanation } from "../shared/dns/explain.ts";
import type { DigOptions } from "./dig-options.ts";
import { codeOf, messageOf, UserError } from "./errors.ts";

/**
 * What `wherry dig` prints.
 *
 * @throws UserError when the server does not answer, or refuses the question
 */
export async function dig(options: DigOptions): Promise<string> {
  const explanation = await ask(options);
  if (options.json) return `${JSON.stringify(explanation, null, 2)}\n`;
  if (options.explain) return `${formatExplanation(explanation)}\n`;
  const { rcode, answers, authority, additional } = explanation;
  return `${[`;; ${rcode}`, ...answers, ...authority, ...additional].join("\n")}\n`;
}

async function ask({ name, type, from, server, token }: DigOptions): Promise<Explanation> {
  const base = server.replace(/\/(?:dns-query\/?)?$/, "");
  const namespace = from === null ? "" : `/${encodeURIComponent(from)}`;
  const url = `${base}/dns-explain${namespace}?${new URLSearchParams({ name, type }).toString()}`;
  const headers: HeadersInit = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers }).catch((error: unknown) => {
    const cause = error instanceof Error ? error.cause : undefined;
    const reason = codeOf(cause) === "ECONNREFUSED" ? "nothing listens there" : messageOf(cause ?? error);
    throw new UserError(
      `no answer from ${base}: ${reason}; start a cluster with "wherry up", or name one with --server`,
    );
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as Explanation;
  const hint = response.status === 401 ? "; give the administrator's token with --token" : "";
  throw new UserError(`${base} refuses the question: ${errorIn(text)}${hint}`);
}

/** `{"error": …}`, or a line of text. */
function errorIn(text: string): string {
  try {
    return (JSON.parse(text) as { error: string }).error;
  } catch {
    return text.trim();
  }
}

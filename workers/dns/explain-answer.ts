/** Why a question has its answer, as JSON: what `wherry dig --explain` shows. */
import { explain } from "../../shared/dns/explain.ts";
import { recheckOf, type Recheck } from "../../shared/dns/exchange.ts";
import { parseJsonQuery } from "../../shared/dns/json.ts";
import type { LiveTables } from "../tables.ts";
import { settle } from "./ask.ts";
import { refuse } from "./http.ts";
import type { DnsRequest } from "./path.ts";
import { exchangeOptions } from "./settings.ts";

/** Parameters as of `/dns-query` in JSON: `name`, `type`. 503 while a table that it takes cannot be had. */
export async function answerExplain({ path, query }: DnsRequest, tables: LiveTables | null): Promise<Response> {
  const parsed = parseJsonQuery(new URLSearchParams(query), "cloudflare");
  if (!parsed.ok) return Response.json({ error: parsed.error }, { status: 400 });
  const { question } = parsed.query;
  const found =
    tables === null
      ? null
      : await settle<Explained>(tables, () => {
          const options = exchangeOptions(tables.cluster, path.searchNamespace);
          const explanation = explain(tables, question, options);
          if ("kind" in explanation) return explanation;
          return { kind: "answer", recheck: recheckOf(question, explanation, options), explanation };
        });
  if (found === null) return refuse(503, "the cluster does not answer: nothing is known to explain from");
  return Response.json(found.explanation, { headers: { "cache-control": "no-store" } });
}

interface Explained {
  readonly kind: "answer";
  readonly recheck: Recheck | null;
  readonly explanation: Exclude<ReturnType<typeof explain>, { kind: "load" }>;
}

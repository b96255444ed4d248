/** Why a question has its answer, as JSON: what `wherry dig --explain` shows. */
import { explain } from "../../shared/dns/explain.ts";
import { parseJsonQuery } from "../../shared/dns/json.ts";
import type { LiveTables } from "../tables.ts";
import { drive } from "./drive.ts";
import { refuse } from "./http.ts";
import type { DnsRequest } from "./path.ts";
import { servingOf } from "./serving.ts";

/** Parameters as of `/dns-query` in JSON: `name`, `type`. 503 while the cluster's tables cannot be had. */
export async function answerExplain(asked: DnsRequest, tables: LiveTables | null): Promise<Response> {
  const parsed = parseJsonQuery(new URLSearchParams(asked.query), "cloudflare");
  if (!parsed.ok) return Response.json({ error: parsed.error }, { status: 400 });
  if (tables === null) return refuse(503, "the cluster does not answer: nothing is known to explain from");
  const { step, close } = explain(servingOf(asked, tables), parsed.query.question);
  const reply = await drive(step, { around: asked.around, tables, url: asked.request.url });
  return Response.json(close(reply), { headers: { "cache-control": "no-store" } });
}

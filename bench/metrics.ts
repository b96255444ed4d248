/** What the Workers count of themselves, read as a scraper would. */
import { request } from "undici";

/** `/metrics` of a socket; the router's needs a `host` that is a node. */
export async function scrape(origin: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const { statusCode, body } = await request(`${origin}/metrics`, { headers });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`GET ${origin}/metrics: ${statusCode} ${text.slice(0, 300)}`);
  return text;
}

/** The sum of the samples whose line, but for its value, matches. */
export const sumOf = (text: string, series: RegExp): number =>
  text.split("\n").reduce((sum, line) => {
    const blank = line.lastIndexOf(" ");
    return blank > 0 && series.test(line.slice(0, blank)) ? sum + Number(line.slice(blank + 1)) : sum;
  }, 0);

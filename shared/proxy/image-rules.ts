import { parseBackend } from "./parse-backend.ts";

/** Where image rules are kept: every value of `data` holds one `IMAGE=URL` a line. */
export const IMAGE_RULES_CONFIG_MAP = { namespace: "kube-system", name: "wherry-images" } as const;

/** A line that was left out. `line` counts from 1 within the value of `key`. */
export interface ImageRuleError {
  readonly key: string;
  readonly line: number;
  readonly message: string;
}

export interface ImageRules {
  /** Image, as written, to base URL (or `binding:NAME`), normalised. */
  readonly rules: Readonly<Record<string, string>>;
  readonly errors: readonly ImageRuleError[];
}

/** Letters, digits and what separates the parts of `registry:port/path/name:tag@sha256:…`. */
const IMAGE = /^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,511}$/;

/**
 * Reads the ConfigMap's `data`. ConfigMap keys cannot hold `/` or `:`, so keys only group lines and mean nothing else.
 * Blank lines and lines that start with `#` are skipped; a bad line is reported and the others still count.
 *
 * ```yaml
 * data:
 *   rules: |
 *     reviews=http://127.0.0.1:3000
 *     docker.io/istio/examples-bookinfo-ratings-v1:1.20.3=https://ratings.example.dev/v1
 *     checkout=binding:CHECKOUT
 * ```
 */
export function parseImageRules(data: Readonly<Record<string, string>> | undefined): ImageRules {
  const rules = new Map<string, string>();
  const errors: ImageRuleError[] = [];
  // Sorted, so that which of two contradicting lines wins does not depend on how the object was stored.
  for (const key of Object.keys(data ?? {}).sort()) {
    const lines = (data?.[key] ?? "").split("\n");
    lines.forEach((text, index) => {
      const message = addRule(rules, text.trim());
      if (message !== null) errors.push({ key, line: index + 1, message });
    });
  }
  return { rules: Object.fromEntries(rules), errors };
}

/** Adds the rule of one line; gives what is wrong with it, or null. */
function addRule(rules: Map<string, string>, line: string): string | null {
  if (line === "" || line.startsWith("#")) return null;
  const equals = line.indexOf("=");
  if (equals <= 0) return "must have the form IMAGE=URL";
  const image = line.slice(0, equals).trim();
  if (!IMAGE.test(image)) return `${JSON.stringify(image)} is not an image name`;
  const parsed = parseBackend(line.slice(equals + 1));
  if (!parsed.ok) return `the URL of ${JSON.stringify(image)} ${parsed.message}`;
  if (rules.has(image)) return `image ${JSON.stringify(image)} has a rule already`;
  rules.set(image, parsed.backend.kind === "url" ? parsed.backend.url : `binding:${parsed.backend.name}`);
  return null;
}

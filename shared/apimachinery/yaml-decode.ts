/** YAML bodies and manifests as Kubernetes reads them (sigs.k8s.io/yaml over go-yaml): YAML 1.1 scalars, JSON values out. */
import { parseAllDocuments, type Document, type ScalarTag, type Tags } from "yaml";

export type DecodedYaml =
  { readonly ok: true; readonly documents: readonly unknown[] } | { readonly ok: false; readonly message: string };

// A few anchors are common in manifests; an alias bomb needs many.
const MAX_ALIASES = 100;

const DROPPED_TAGS = new Set([
  "tag:yaml.org,2002:timestamp",
  "tag:yaml.org,2002:binary",
  "tag:yaml.org,2002:omap",
  "tag:yaml.org,2002:pairs",
  "tag:yaml.org,2002:set",
]);

/**
 * go-yaml takes `yes` for a boolean and `0644` for an octal number, as YAML 1.1 says, but not `53:53` for a base-60
 * number; and JSON has no dates and no bytes.
 */
const kubernetesTags = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === "string" || (!DROPPED_TAGS.has(tag.tag) && (tag as ScalarTag).format !== "TIME"));

/** All documents of a stream, empty ones left out. Total: hostile text gives a message. */
export function decodeYaml(text: string): DecodedYaml {
  try {
    const parsed = parseAllDocuments(text, {
      version: "1.1",
      schema: "yaml-1.1",
      customTags: kubernetesTags,
      uniqueKeys: true,
      logLevel: "error",
    });
    if (!Array.isArray(parsed)) return { ok: true, documents: [] };
    const documents: unknown[] = [];
    for (const document of parsed as readonly Document[]) {
      const error = document.errors[0];
      if (error !== undefined) return { ok: false, message: complaint(error.message) };
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      if (value !== null) documents.push(value);
    }
    return { ok: true, documents };
  } catch (error) {
    // An alias bomb ends in a ReferenceError.
    return { ok: false, message: error instanceof Error ? complaint(error.message) : "invalid YAML" };
  }
}

/** The first line of the parser's message. The parser recurses, so a document that nests too deep exhausts its stack. */
function complaint(message: string): string {
  if (message.startsWith("Maximum call stack size exceeded")) return "exceeded max depth";
  return (message.split("\n", 1)[0] ?? message).replace(/:$/, "");
}

/** Which representation an `Accept` header asks for (apiserver `handlers/negotiation`). Everything is sent as JSON. */

/** A version of the group meta.k8s.io. */
export type MetaVersion = "v1" | "v1beta1";

/** How objects are sent: as they are, as rows for a printer, or their metadata alone. */
export type Representation =
  | { readonly kind: "object" }
  | { readonly kind: "table"; readonly version: MetaVersion }
  | { readonly kind: "partial"; readonly version: MetaVersion };

/** What is about to be sent; `PartialObjectMetadata` fits objects and events, `PartialObjectMetadataList` fits lists. */
export type Sent = "object" | "list" | "watch";

/** The media types that a 406 names. */
export const SERVED_MEDIA_TYPES: readonly string[] = ["application/json"];

interface Clause {
  /** Lower case, e.g. `application/json`. */
  readonly mediaType: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

// Longer headers are cut: no client lists more, and a hostile one must not cost more.
const MAX_CLAUSES = 64;

/**
 * The first clause that can be served, best quality first. A clause that asks for something we do not have (protobuf, an
 * unknown `as=`) is passed over, as Kubernetes does. `null` = 406; an absent or empty header accepts anything.
 */
export function negotiate(accept: string | null, sent: Sent): Representation | null {
  if (accept === null || accept.trim() === "") return { kind: "object" };
  for (const clause of parseAccept(accept)) {
    const representation = acceptsJson(clause) ? representationOf(clause, sent) : null;
    if (representation !== null) return representation;
  }
  return null;
}

const acceptsJson = ({ mediaType }: Clause): boolean =>
  mediaType === "application/json" || mediaType === "application/*" || mediaType === "*/*";

function representationOf({ parameters }: Clause, sent: Sent): Representation | null {
  const stream = parameters.get("stream") ?? "";
  if (stream !== "" && stream !== "watch") return null;
  const as = parameters.get("as");
  const version = parameters.get("v");
  if (as === undefined && version === undefined && !parameters.has("g")) return { kind: "object" };
  if (parameters.get("g") !== "meta.k8s.io" || (version !== "v1" && version !== "v1beta1")) return null;
  if (as === "Table") return { kind: "table", version };
  const partial = sent === "list" ? "PartialObjectMetadataList" : "PartialObjectMetadata";
  return as === partial ? { kind: "partial", version } : null;
}

/** The forms of `/api` and `/apis`: aggregated discovery in two versions, or the lists from before it. */
export type DiscoveryForm = "v2" | "v2beta1" | "legacy";

/** As `negotiate`, for the discovery roots. */
export function negotiateDiscovery(accept: string | null): DiscoveryForm | null {
  if (accept === null || accept.trim() === "") return "legacy";
  for (const clause of parseAccept(accept)) {
    const form = acceptsJson(clause) ? discoveryFormOf(clause) : null;
    if (form !== null) return form;
  }
  return null;
}

function discoveryFormOf({ parameters }: Clause): DiscoveryForm | null {
  const as = parameters.get("as");
  if (as === undefined && !parameters.has("g") && !parameters.has("v")) return "legacy";
  if (as !== "APIGroupDiscoveryList" || parameters.get("g") !== "apidiscovery.k8s.io") return null;
  const version = parameters.get("v");
  return version === "v2" || version === "v2beta1" ? version : null;
}

/** The Content-Type of an aggregated discovery document; clients compare it parameter by parameter. */
export const discoveryMediaType = (version: "v2" | "v2beta1"): string =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;

/** Clauses by falling quality, wildcards last among equals, otherwise in their order. Quality 0 excludes (RFC 9110 12.4.2). */
function parseAccept(header: string): readonly Clause[] {
  const clauses = header.split(",", MAX_CLAUSES).flatMap((text) => {
    const clause = parseClause(text);
    return clause === null ? [] : [clause];
  });
  return clauses.sort((a, b) => b.quality - a.quality || wildcards(a) - wildcards(b));
}

const wildcards = ({ mediaType }: Clause): number => (mediaType === "*/*" ? 2 : mediaType.endsWith("/*") ? 1 : 0);

function parseClause(text: string): Clause | null {
  const [mediaType = "", ...rest] = text.split(";").map((part) => part.trim());
  if (!mediaType.includes("/")) return null;
  const parameters = new Map(
    rest.map((part): [string, string] => {
      const equals = part.indexOf("=");
      return equals === -1
        ? [part.toLowerCase(), ""]
        : [part.slice(0, equals).trim().toLowerCase(), unquote(part.slice(equals + 1).trim())];
    }),
  );
  const quality = Number(parameters.get("q") ?? "1");
  if (!(quality > 0)) return null;
  return { mediaType: mediaType.toLowerCase(), parameters, quality };
}

const unquote = (value: string): string =>
  value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;

/** The media type of a header value, without parameters and in lower case; `""` when there is none. */
export const mediaTypeOf = (header: string | null): string =>
  (header ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";

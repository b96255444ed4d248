/** `registry/path/name:tag@digest` taken apart as container runtimes do. */
export interface ImageReference {
  /** With the registry made explicit: `docker.io/library/nginx` for `nginx`. */
  readonly name: string;
  /** `null` where the reference has none. */
  readonly tag: string | null;
  readonly digest: string | null;
}

export function parseImageReference(image: string): ImageReference {
  const at = image.indexOf("@");
  const withoutDigest = at < 0 ? image : image.slice(0, at);
  const digest = at < 0 ? null : image.slice(at + 1);
  // A colon before the last slash belongs to the registry's port.
  const colon = withoutDigest.indexOf(":", withoutDigest.lastIndexOf("/") + 1);
  const name = colon < 0 ? withoutDigest : withoutDigest.slice(0, colon);
  return { name: withRegistry(name), tag: colon < 0 ? null : withoutDigest.slice(colon + 1), digest };
}

/** The first path element is a registry when it could be a host: it has a dot or a port, or is `localhost`. */
function withRegistry(name: string): string {
  const slash = name.indexOf("/");
  if (slash < 0) return `docker.io/library/${name}`;
  const first = name.slice(0, slash);
  return first.includes(".") || first.includes(":") || first === "localhost" ? name : `docker.io/${name}`;
}

/** The name's last path element: `examples-bookinfo-reviews-v1`. */
export const imageBaseName = (image: string): string => {
  const { name } = parseImageReference(image);
  return name.slice(name.lastIndexOf("/") + 1);
};

/**
 * Every text under which a rule may speak of `image`, the most specific first: all path suffixes from the whole name down
 * to the last element, each with tag and digest, digest, tag (`latest` if there is neither), and bare.
 */
export function* imageRuleKeys(image: string): Generator<string> {
  const { name, tag, digest } = parseImageReference(image);
  const shownTag = tag ?? (digest === null ? "latest" : null);
  let suffix = name;
  for (;;) {
    if (shownTag !== null && digest !== null) yield `${suffix}:${shownTag}@${digest}`;
    if (digest !== null) yield `${suffix}@${digest}`;
    if (shownTag !== null) yield `${suffix}:${shownTag}`;
    yield suffix;
    const slash = suffix.indexOf("/");
    if (slash < 0) return;
    suffix = suffix.slice(slash + 1);
  }
}

/** `name` or `namespace/name`, where only the object's own namespace may be named: Null: it is another's, or no name. */
export function splitReference(text: string, namespace: string): { readonly name: string } | null {
  const slash = text.indexOf("/");
  const name = text.slice(slash + 1);
  if (slash >= 0 && text.slice(0, slash) !== namespace) return null;
  return name === "" || name.includes("/") ? null : { name };
}

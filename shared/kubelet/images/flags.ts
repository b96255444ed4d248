/** What the programs of containers are told: flags and variables. */
/** The value of a Go flag in a container's words: `-name=value`, `--name=value`, `-name value`. Null when it is not there. */
export function flagValue(words: readonly string[], name: string): string | null {
  for (const [index, word] of words.entries()) {
    if (word === `-${name}` || word === `--${name}`) return words[index + 1] ?? null;
    for (const prefix of [`-${name}=`, `--${name}=`]) {
      if (word.startsWith(prefix)) return word.slice(prefix.length);
    }
  }
  return null;
}

/** A variable of the container; `""` when it is not set. */
export const envOf = ({ env }: { readonly env: Readonly<Record<string, string>> }, name: string): string =>
  Object.hasOwn(env, name) ? (env[name] ?? "") : "";

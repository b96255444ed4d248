import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** All TypeScript files under a folder of the repository, as paths from its root. */
export function sourceFiles(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes("node_modules"))
    .sort();
}

export const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

export interface Import {
  readonly from: string;
  /** A path from the root for a relative import, else the package's name as written. */
  readonly to: string;
  readonly typeOnly: boolean;
}

/** The static imports and re-exports of a file. */
export function importsOf(path: string): readonly Import[] {
  const pattern = /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
  return [...read(path).matchAll(pattern)].map(([, type, specifier = ""]) => ({
    from: path,
    to: specifier.startsWith(".") ? relative(ROOT, join(ROOT, dirname(path), specifier)) : specifier,
    typeOnly: type !== undefined,
  }));
}

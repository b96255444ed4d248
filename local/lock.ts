/** One `wherry up` per data directory: a file that says who has it. */
import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf, UserError } from "./errors.ts";
import { identify, isAlive, killProcess, type ProcessIdentity } from "./process-identity.ts";
import { writeFileAtomically } from "./write-file.ts";

/** What the file holds. */
interface Holder {
  readonly owner: ProcessIdentity;
  /** The workerd process that has the SQLite files open; null while there is none. */
  readonly runtime: ProcessIdentity | null;
}

export interface Lock {
  /** Records the process that serves the data, so that whoever takes over can end it. */
  setRuntime(pid: number): void;
  release(): void;
}

/**
 * Takes the directory, making it when it is missing. A lock whose process was killed is taken over, and a workerd that
 * outlived it is killed first. Throws a `UserError` while another process holds it.
 */
export function takeLock(directory: string): Lock {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "lock");
  const owner = identify(process.pid);
  if (owner === null) throw new Error(`cannot identify process ${process.pid}`);
  for (;;) {
    if (create(path, { owner, runtime: null })) {
      return {
        setRuntime: (pid) => writeFileAtomically(path, serialize({ owner, runtime: identify(pid) })),
        release: () => rmSync(path, { force: true }),
      };
    }
    const text = readIfThere(path);
    if (text === null) continue;
    const holder = parseHolder(text);
    if (holder !== null && isAlive(holder.owner)) {
      throw new UserError(
        `${directory} is in use by another wherry (pid ${holder.owner.pid}).\n` +
          `Stop that one, or give this one a directory of its own: --data-dir DIR, or --ephemeral`,
      );
    }
    if (holder !== null && holder.runtime !== null) killProcess(holder.runtime);
    discard(path, text);
  }
}

const serialize = (holder: Holder): string => `${JSON.stringify(holder)}\n`;

/** False when the file exists. A link appears with its whole content at once, which `open` with O_EXCL does not give. */
function create(path: string, holder: Holder): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, serialize(holder), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes a stale lock, unless somebody else took it over since it was read. */
function discard(path: string, text: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (readIfThere(aside) === text) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Null when the file is not one of ours, or was cut short by a crash of the machine: nobody holds it then. */
function parseHolder(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    return value?.owner === undefined ? null : { owner: value.owner, runtime: value.runtime ?? null };
  } catch {
    return null;
  }
}

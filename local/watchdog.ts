import { spawn } from "node:child_process";

export interface Watchdog {
  /** From now on, this process must not outlive ours. */
  guard(pid: number): void;
  /** Nothing is left to guard. */
  release(): void;
}

/** Collects pids, a line each; when its input ends with no empty line before, its parent died without a word. */
const SCRIPT = `
while read -r line; do
  if [ -n "$line" ]; then pids="$pids $line"; else pids=; fi
done
if [ -n "$pids" ]; then
  kill -KILL $pids
  rm -rf -- "$1"
fi`;

/**
 * A process killed with SIGKILL cannot end its children, and workerd would keep ports and data. So a shell, in a session
 * of its own, waits for the end of a pipe that only we hold, then kills workerd and removes `scratch`.
 * Windows has no such shell: there the next start on the same data ends the orphan (`lock.ts`).
 */
export function startWatchdog(scratch: string): Watchdog {
  if (process.platform === "win32") return { guard: () => {}, release: () => {} };
  const shell = spawn("/bin/sh", ["-c", SCRIPT, "wherry-watchdog", scratch], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const { stdin } = shell;
  // Without a shell the guard is off, and everything else works.
  shell.on("error", () => {});
  stdin.on("error", () => {});
  shell.unref();
  if ("unref" in stdin && typeof stdin.unref === "function") stdin.unref();
  return { guard: (pid) => void stdin.write(`${pid}\n`), release: () => void stdin.end("\n") };
}

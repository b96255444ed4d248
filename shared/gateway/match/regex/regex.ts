/**
 * Matches in time that grows with pattern × text and with nothing else (Pike's machine): a tenant's expression must not be able to hold
 * up everybody's requests, and the platform's RegExp backtracks.
 */
import { parseRegex, type Node } from "./parse.ts";

type Instruction =
  | { readonly op: "set"; readonly test: (code: number) => boolean }
  | { readonly op: "split"; readonly first: number; readonly second: number }
  | { readonly op: "jump"; readonly to: number }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "assert"; readonly holds: (text: string, at: number) => boolean }
  | { readonly op: "match" };

/** More than any expression that people write comes to. */
const MAX_INSTRUCTIONS = 2000;

export interface Regex {
  /** What the whole and each group matched at the start of `text`, leftmost alternatives preferred; null: no match. */
  readonly match: (text: string) => readonly (string | undefined)[] | null;
}

export type Compiled = { readonly ok: true; readonly regex: Regex } | { readonly ok: false; readonly message: string };

/** The expression, anchored at the start. `message` completes "the expression is not supported: …". */
export function compileRegex(source: string, ignoreCase: boolean): Compiled {
  const parsed = parseRegex(source);
  if (!parsed.ok) return parsed;
  const program: Instruction[] = [];
  const fits = emit({ kind: "group", index: 0, body: parsed.node }, program, ignoreCase);
  if (!fits) return { ok: false, message: "its repetitions come to too much" };
  program.push({ op: "match" });
  const slots = (parsed.groups + 1) * 2;
  return { ok: true, regex: { match: (text) => run(program, slots, text) } };
}

/** Adds the instructions for a node; false when there are too many. */
function emit(node: Node, program: Instruction[], ignoreCase: boolean): boolean {
  if (program.length > MAX_INSTRUCTIONS) return false;
  switch (node.kind) {
    case "any":
      program.push({ op: "set", test: (code) => code !== 10 });
      return true;
    case "set":
      program.push({ op: "set", test: tester(node, ignoreCase) });
      return true;
    case "start":
      program.push({ op: "assert", holds: (_, at) => at === 0 });
      return true;
    case "end":
      program.push({ op: "assert", holds: (text, at) => at === text.length });
      return true;
    case "boundary":
      program.push({ op: "assert", holds: (text, at) => isBoundary(text, at) !== node.negated });
      return true;
    case "sequence":
      return node.parts.every((part) => emit(part, program, ignoreCase));
    case "choice":
      return emitChoice(node.parts, program, ignoreCase);
    case "group":
      return emitGroup(node, program, ignoreCase);
    case "repeat":
      return emitRepeat(node, program, ignoreCase);
    default:
      return node satisfies never;
  }
}

function emitGroup(node: Node & { readonly kind: "group" }, program: Instruction[], ignoreCase: boolean): boolean {
  if (node.index === null) return emit(node.body, program, ignoreCase);
  program.push({ op: "save", slot: node.index * 2 });
  const fits = emit(node.body, program, ignoreCase);
  program.push({ op: "save", slot: node.index * 2 + 1 });
  return fits;
}

function emitChoice(parts: readonly Node[], program: Instruction[], ignoreCase: boolean): boolean {
  const ends: number[] = [];
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    const split = program.length;
    if (!isLast) program.push({ op: "jump", to: 0 });
    if (!emit(part, program, ignoreCase)) return false;
    if (isLast) break;
    ends.push(program.length);
    program.push({ op: "jump", to: 0 });
    program[split] = { op: "split", first: split + 1, second: program.length };
  }
  for (const at of ends) program[at] = { op: "jump", to: program.length };
  return true;
}

function emitRepeat(
  { body, min, max, lazy }: Node & { readonly kind: "repeat" },
  program: Instruction[],
  ignoreCase: boolean,
): boolean {
  for (let i = 0; i < min; i++) if (!emit(body, program, ignoreCase)) return false;
  if (max === null) {
    const split = program.length;
    program.push({ op: "jump", to: 0 });
    if (!emit(body, program, ignoreCase)) return false;
    program.push({ op: "jump", to: split });
    program[split] = branch(split + 1, program.length, lazy);
    return true;
  }
  const splits: number[] = [];
  for (let i = min; i < max; i++) {
    splits.push(program.length);
    program.push({ op: "jump", to: 0 });
    if (!emit(body, program, ignoreCase)) return false;
  }
  for (const at of splits) program[at] = branch(at + 1, program.length, lazy);
  return true;
}

const branch = (into: number, past: number, lazy: boolean): Instruction =>
  lazy ? { op: "split", first: past, second: into } : { op: "split", first: into, second: past };

function tester({ ranges, negated }: Node & { readonly kind: "set" }, ignoreCase: boolean): (code: number) => boolean {
  const within = (code: number): boolean => ranges.some(([from, to]) => code >= from && code <= to);
  if (!ignoreCase) return (code) => within(code) !== negated;
  return (code) => {
    const text = String.fromCharCode(code);
    return (
      (within(code) || within(text.toLowerCase().charCodeAt(0)) || within(text.toUpperCase().charCodeAt(0))) !== negated
    );
  };
}

const isWord = (text: string, at: number): boolean => /\w/.test(text.charAt(at));
const isBoundary = (text: string, at: number): boolean => isWord(text, at - 1) !== isWord(text, at);

interface Thread {
  readonly at: number;
  readonly saved: readonly number[];
}

/** All threads go through the text together, those that are preferred first; one that finds a match ends those behind it. */
function run(program: readonly Instruction[], slots: number, text: string): readonly (string | undefined)[] | null {
  let threads: Thread[] = [];
  let found: readonly number[] | null = null;
  add(program, threads, new Set(), { at: 0, saved: Array.from({ length: slots }, () => -1) }, text, 0);
  for (let position = 0; threads.length > 0; position++) {
    const next: Thread[] = [];
    const seen = new Set<number>();
    const code = position < text.length ? text.charCodeAt(position) : -1;
    for (const thread of threads) {
      const instruction = program[thread.at];
      if (instruction?.op === "match") {
        found = thread.saved;
        break;
      }
      if (instruction?.op !== "set" || code < 0 || !instruction.test(code)) continue;
      add(program, next, seen, { at: thread.at + 1, saved: thread.saved }, text, position + 1);
    }
    threads = next;
  }
  if (found === null) return null;
  const saved = found;
  return Array.from({ length: slots / 2 }, (_, group) => {
    const from = saved[group * 2] ?? -1;
    const to = saved[group * 2 + 1] ?? -1;
    return from < 0 || to < 0 ? undefined : text.slice(from, to);
  });
}

/** Adds a thread and all that it leads to without reading a character, in order of preference. */
function add(
  program: readonly Instruction[],
  threads: Thread[],
  seen: Set<number>,
  start: Thread,
  text: string,
  position: number,
): void {
  const pending: Thread[] = [start];
  for (let thread = pending.pop(); thread !== undefined; thread = pending.pop()) {
    const { at, saved } = thread;
    if (seen.has(at)) continue;
    seen.add(at);
    const instruction = program[at];
    switch (instruction?.op) {
      case "jump":
        pending.push({ at: instruction.to, saved });
        break;
      case "split":
        pending.push({ at: instruction.second, saved }, { at: instruction.first, saved });
        break;
      case "save":
        pending.push({ at: at + 1, saved: saved.with(instruction.slot, position) });
        break;
      case "assert":
        if (instruction.holds(text, position)) pending.push({ at: at + 1, saved });
        break;
      case "set":
      case "match":
        threads.push(thread);
        break;
      case undefined:
        break;
      default:
        instruction satisfies never;
    }
  }
}

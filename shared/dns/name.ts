/**
 * A domain name: its labels from left to right, the root left out. One character is one octet (RFC 2181 §11 allows all
 * 256), in the case in which it was written. So a dot inside a label stays apart from the dots between labels.
 */
export type Name = readonly string[];

export const MAX_LABEL_OCTETS = 63;
/** On the wire: the length octets and the root's zero count too (RFC 1035 §2.3.4). */
export const MAX_NAME_OCTETS = 255;

/** Names compare without regard to ASCII case (RFC 4343). Lowering never makes an ASCII letter out of another octet below 256. */
export function lowerName(name: Name): Name {
  return name.map((label) => label.toLowerCase());
}

/** Whether `name` is `ancestor` or below it. */
export function isWithin(name: Name, ancestor: Name): boolean {
  const offset = name.length - ancestor.length;
  if (offset < 0) return false;
  for (let i = ancestor.length - 1; i >= 0; i--) {
    if (!equalLabels(name[offset + i] ?? "", ancestor[i] ?? "")) return false;
  }
  return true;
}

export function equalNames(a: Name, b: Name): boolean {
  return a.length === b.length && isWithin(a, b);
}

function equalLabels(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

export type ParsedName = { readonly ok: true; readonly name: Name } | { readonly ok: false; readonly error: string };

/** Reads presentation format (RFC 1035 §5.1): `web.shop.svc.cluster.local`, with or without the last dot, `\.` and `\065` as escapes. */
export function parseName(text: string): ParsedName {
  if (text === "") return refuse("is empty");
  if (text === ".") return { ok: true, name: [] };
  if (!isAscii(text)) return refuse("has a character that is not ASCII: give its xn-- form");
  const labels = splitLabels(text);
  if (labels === null) return refuse("has a bad escape: use \\. or three decimal digits up to \\255");
  if (labels.at(-1) === "") labels.pop();
  for (const label of labels) {
    if (label === "") return refuse("has an empty label");
    if (label.length > MAX_LABEL_OCTETS) return refuse(`has a label longer than ${MAX_LABEL_OCTETS} octets`);
  }
  if (nameOctets(labels) > MAX_NAME_OCTETS) return refuse("is longer than 253 characters");
  return { ok: true, name: labels };
}

function refuse(error: string): ParsedName {
  return { ok: false, error };
}

/** How many octets the name takes on the wire, uncompressed. */
export function nameOctets(name: Name): number {
  let octets = 1;
  for (const label of name) octets += label.length + 1;
  return octets;
}

/** Labels of the text, with escapes resolved to octets; `null` for a bad escape. A last dot leaves an empty last label. */
function splitLabels(text: string): string[] | null {
  if (!text.includes("\\")) return text.split(".");
  const labels: string[] = [];
  let label = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c === ".") {
      labels.push(label);
      label = "";
    } else if (c !== "\\") {
      label += c;
    } else {
      const escape = readEscape(text, i + 1);
      if (escape === null) return null;
      label += escape.octet;
      i += escape.length;
    }
  }
  labels.push(label);
  return labels;
}

function readEscape(text: string, at: number): { readonly octet: string; readonly length: number } | null {
  const c = text.charCodeAt(at);
  if (Number.isNaN(c)) return null;
  if (!isDigit(c)) return { octet: text[at] ?? "", length: 1 };
  const digits = text.slice(at, at + 3);
  if (!/^[0-9]{3}$/.test(digits) || Number(digits) > 255) return null;
  return { octet: String.fromCharCode(Number(digits)), length: 3 };
}

/** Octets above ASCII come only from escapes: a literal `é` could be Latin-1, UTF-8 or meant as IDNA, so it is not guessed. */
function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Presentation format with the last dot; `.` for the root. */
export function formatName(name: Name): string {
  if (name.length === 0) return ".";
  let text = "";
  for (const label of name) text += `${formatLabel(label)}.`;
  return text;
}

/** Characters with a meaning of their own in zone files. */
const SPECIAL = '."\\();@$';

function formatLabel(label: string): string {
  let text = "";
  for (let i = 0; i < label.length; i++) {
    const code = label.charCodeAt(i);
    const c = label[i] ?? "";
    if (code <= 0x20 || code >= 0x7f) text += `\\${String(code).padStart(3, "0")}`;
    else text += SPECIAL.includes(c) ? `\\${c}` : c;
  }
  return text;
}

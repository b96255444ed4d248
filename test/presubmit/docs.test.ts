/** The documents lead somewhere: every relative link points to what exists, and a fragment to a heading of it. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { read, ROOT } from "./source-files.ts";

const FOLDERS = ["docs", "examples", "workers", "bench", "test"] as const;

const markdownIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes("node_modules"))
    .sort();

const documents = ["README.md", "CHANGELOG.md", ...FOLDERS.flatMap((folder) => markdownIn(folder))];

/** Inline links, reference definitions and images; what stands in code is no link. */
function linksOf(path: string): readonly string[] {
  const prose = read(path)
    .replace(/^(`{3,})[\s\S]*?^\1$/gm, "")
    .replace(/`[^`\n]*`/g, "");
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const defined = [...prose.matchAll(/^\s*\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)/gm)];
  return [...inline, ...defined].map(([, target = ""]) => target);
}

const isRelative = (link: string): boolean => !/^[a-z][a-z0-9+.-]*:/i.test(link) && !link.startsWith("//");

/** As GitHub makes them of headings. */
const anchorsOf = (path: string): readonly string[] =>
  [...read(path).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );

function problem(from: string, link: string): string | null {
  const [file = "", fragment] = link.split("#", 2);
  const target = file === "" ? from : relative(ROOT, join(ROOT, dirname(from), decodeURIComponent(file)));
  if (target.startsWith("..")) return `${link} leaves the repository`;
  if (!existsSync(join(ROOT, target))) return `${link} does not exist`;
  const isFile = statSync(join(ROOT, target)).isFile();
  if (file.endsWith("/") && isFile) return `${link} is no folder`;
  if (fragment === undefined || !target.endsWith(".md")) return null;
  return anchorsOf(target).includes(fragment) ? null : `${link} names no heading`;
}

describe("the links", () => {
  test.each(documents)("of %s lead to what exists", (path) => {
    const broken = linksOf(path)
      .filter(isRelative)
      .map((link) => problem(path, link))
      .filter((text) => text !== null);
    expect(broken).toEqual([]);
  });
});

test("the design's contents name each of its pages", () => {
  const pages = markdownIn("docs/design").filter((path) => path !== "docs/design/README.md");
  const named = linksOf("docs/design/README.md").map((link) => join("docs/design", link));
  expect(pages.filter((page) => !named.includes(page))).toEqual([]);
});

/** Imports point one way, and `shared/` reaches for nothing that is not passed to it. */
import { describe, expect, test } from "vitest";
import { importsOf, read, sourceFiles } from "./source-files.ts";

const shared = sourceFiles("shared");

/** Each folder of `shared/` may import from those named beside it, and from itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  api: [],
  runtime: ["api"],
  apimachinery: ["api", "runtime"],
  registry: ["api", "runtime", "apimachinery"],
  storage: ["api", "runtime", "apimachinery", "registry"],
  // Controllers say in status and Events what is wrong with a Corefile or an Ingress, and which endpoints cannot be used.
  controllers: ["api", "runtime", "apimachinery", "registry", "storage", "proxy", "dns", "gateway"],
  proxy: ["api", "runtime", "apimachinery", "registry", "storage"],
  kubelet: ["api", "runtime", "apimachinery", "proxy"],
  dns: ["api", "runtime", "apimachinery", "proxy"],
  gateway: ["api", "runtime", "apimachinery", "registry", "proxy"],
};

/** Contracts that are types only, and may name what stands above them. */
const TYPE_CONTRACTS = new Set(["shared/storage/store-rpc.ts", "shared/storage/ledger-rpc.ts"]);

const withoutComments = (source: string): string => source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");

const folderOf = (path: string): string => path.split("/")[1] ?? "";

describe("shared/", () => {
  test("has only folders whose place in the order is known", () => {
    expect([...new Set(shared.map(folderOf))].filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
  });

  test.each(shared)("%s imports downwards only", (path) => {
    const allowed = new Set([...(MAY_IMPORT[folderOf(path)] ?? []), folderOf(path)]);
    const upward = importsOf(path).filter(({ to, typeOnly }) => {
      if (!to.startsWith("shared/"))
        return to.startsWith("workers/") || to.startsWith("durable-objects/") || to.startsWith("local/");
      return !allowed.has(folderOf(to)) && !(typeOnly && TYPE_CONTRACTS.has(path));
    });
    expect(upward).toEqual([]);
  });

  test.each(shared)("%s is pure", (path) => {
    expect(withoutComments(read(path))).not.toMatch(
      /from "(cloudflare:|node:)|Date\.now\(|new Date\(\)|Math\.random\(|randomUUID|(?<![.\w])fetch\(/,
    );
  });
});

describe("the shells", () => {
  test.each(sourceFiles("durable-objects"))("%s takes nothing from a Worker but the type of its bindings", (path) => {
    expect(
      importsOf(path).filter(({ to, typeOnly }) => to.startsWith("workers/") && !(to === "workers/env.ts" && typeOnly)),
    ).toEqual([]);
  });

  test.each(sourceFiles("workers"))(
    "%s takes from Durable Objects their types and stubs, unless it is the composition root",
    (path) => {
      const taken = importsOf(path).filter(({ to, typeOnly }) => to.startsWith("durable-objects/") && !typeOnly);
      const allowed = path === "workers/index.ts" ? [] : taken.filter(({ to }) => to !== "durable-objects/stubs.ts");
      expect(allowed).toEqual([]);
    },
  );

  test.each([...sourceFiles("workers"), ...sourceFiles("durable-objects")])(
    "%s does not reach into the Node side",
    (path) => {
      expect(importsOf(path).filter(({ to }) => to.startsWith("local/") || to.startsWith("node:"))).toEqual([]);
    },
  );
});

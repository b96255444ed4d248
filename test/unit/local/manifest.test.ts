import { expect, test } from "vitest";
import type { KubeClient, NamedObject } from "../../../local/kube-client.ts";
import { applyManifest, parseManifest } from "../../../local/manifest.ts";

const names = (text: string) => parseManifest(text).map(({ kind, metadata }) => `${kind}/${metadata.name}`);

test.each([
  ["one document", "apiVersion: v1\nkind: Service\nmetadata: {name: a}", ["Service/a"]],
  ["several, some of them empty", "---\n---\napiVersion: v1\nkind: A\nmetadata: {name: a}\n---\n# nothing\n", ["A/a"]],
  ["JSON", '{"apiVersion":"v1","kind":"A","metadata":{"name":"a"}}', ["A/a"]],
  ["a List", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: A, metadata: {name: a}}]", ["A/a"]],
  ["nothing", "", []],
])("%s is read", (_name, text, expected) => {
  expect(names(text)).toEqual(expected);
});

test.each([
  ["broken YAML", "a: [", "not YAML"],
  ["a scalar", "hello", "document 1 of the manifest is not an object"],
  ["no kind", "apiVersion: v1", "has no kind"],
  ["no apiVersion", "kind: A", "has no apiVersion"],
  ["no name", "apiVersion: v1\nkind: A", "(A) has no metadata.name"],
  ["a bad item of a List", "apiVersion: v1\nkind: List\nitems: [7]", "item 1 in document 1"],
  ["the second document", "apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\n[]", "document 2"],
])("%s is refused with words that say where", (_name, text, words) => {
  expect(() => parseManifest(text)).toThrow(words);
});

test("an alias bomb is refused", () => {
  const bomb = ["a0: &a0 [x]", ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)].join(
    "\n",
  );
  expect(() => parseManifest(bomb)).toThrow();
});

const refuse = () => Promise.reject(new Error("not asked for"));

/** A client that knows two resources and keeps the paths it was given. */
function recorder(): { client: KubeClient; paths: string[] } {
  const paths: string[] = [];
  const resources = [
    { name: "services/status", kind: "Service", namespaced: true },
    { name: "services", kind: "Service", namespaced: true },
    { name: "namespaces", kind: "Namespace", namespaced: false },
  ];
  const client: KubeClient = {
    server: "",
    create: refuse,
    merge: refuse,
    get: async <T>(path: string) => (path === "/api/v1" ? ({ resources } as T) : null),
    createOrMerge: async (path: string, { metadata: { name = "" }, ...rest }: NamedObject) => {
      paths.push(`${path}/${name}`);
      const stamped = { uid: "", resourceVersion: "", creationTimestamp: "" };
      return { ...rest, metadata: { name, ...stamped } };
    },
  };
  return { client, paths };
}

const service = (name: string, namespace: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}${namespace === "" ? "" : `, namespace: ${namespace}`}}\n---\n`;

test("objects go to their collections, Namespaces first", async () => {
  const { client, paths } = recorder();
  await applyManifest(
    client,
    `${service("a", "shop")}${service("b", "")}apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}`,
  );
  expect(paths).toEqual([
    "/api/v1/namespaces/shop",
    "/api/v1/namespaces/shop/services/a",
    "/api/v1/namespaces/default/services/b",
  ]);
});

test.each(["v1", "nowhere.example/v1"])("a kind that %s does not have is named", async (version) => {
  const { client } = recorder();
  const text = `apiVersion: ${version}\nkind: constructor\nmetadata: {name: a}`;
  await expect(applyManifest(client, text)).rejects.toThrow(
    `no matches for kind "constructor" in version "${version}"`,
  );
});

/** Collections that no single call between Worker and Durable Object can carry. */
import { createExecutionContext, env } from "cloudflare:test";
import { expect, test } from "vitest";
import type { Env } from "../../workers/env.ts";
import { ApiServer } from "../../workers/api-server/index.ts";

const OPEN: Env = { ...(env as unknown as Env), WHERRY_LOCAL: "true" };
const PATH = "/clusters/large-collections/api/v1/namespaces/default/configmaps";

const call = async (method: string, path: string, body?: object): Promise<Response> =>
  ApiServer.fetch(
    new Request(`http://127.0.0.1${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
    OPEN,
    createExecutionContext(),
  );

interface List {
  readonly kind: string;
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

const namesOf = ({ items }: List): readonly string[] => items.map(({ metadata }) => metadata.name);

test("deleting 36 MB of ConfigMaps answers with all of them, and leaves what the selector does not name", async () => {
  const wanted = Array.from({ length: 36 }, (_, i) => `large-${String(i).padStart(2, "0")}`);
  for (const name of wanted) {
    const made = await call("POST", PATH, {
      metadata: { name, labels: { size: "large" } },
      data: { text: "x".repeat(1_000_000) },
    });
    expect(made.status).toBe(201);
  }
  expect((await call("POST", PATH, { metadata: { name: "small" } })).status).toBe(201);

  const response = await call("DELETE", `${PATH}?labelSelector=size%3Dlarge`);
  expect(response.status).toBe(200);
  const deleted = (await response.json()) as List;
  expect(deleted.kind).toBe("ConfigMapList");
  expect(namesOf(deleted)).toEqual(wanted);

  const left = (await (await call("GET", PATH)).json()) as List;
  expect(namesOf(left)).toContain("small");
  expect(namesOf(left).filter((name) => name.startsWith("large-"))).toEqual([]);
}, 60_000);

/** `wherry explain` and `wherry ingress lint`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { IngressOptions } from "../../unit/gateway/fixtures.ts";
import { CLI } from "../process.ts";
import { addresses, closeShop, made, openShop, run } from "./shop.ts";

beforeAll(openShop);
afterAll(closeShop);

describe("on the command line", () => {
  const wherry = async (...args: readonly string[]): Promise<{ code: number; out: string }> => {
    try {
      return { code: 0, out: (await run(process.execPath, [CLI, ...args])).stdout };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, out: stdout + stderr };
    }
  };

  test("explain names the rule, the Service, the endpoints, and every rule that lost", async () => {
    const { code, out } = await wherry("explain", "http://plain.test/api/v1?x=1", "--server", addresses.api);
    expect(code, out).toBe(0);
    expect(out).toContain("route     Ingress shop/plain, rule 0, path 1 (Prefix /api)");
    expect(out).toContain("backend   service shop/api:80");
    expect(out).toMatch(/endpoint {2}10\.244\.\d+\.\d+ \(pod api, ready\)/);
    expect(out).toContain("not       Ingress shop/plain, rule 0, path 0 (Prefix /): a longer path goes first");
    expect(out).toContain("not       Ingress shop/plain, rule 0, path 2 (Exact /exact): the path does not match");
  });

  test("explain shows a rewrite, a canary, a redirect and a 404", async () => {
    const said = async (url: string) => (await wherry("explain", url, "--server", addresses.api)).out;
    expect(await said("http://rw.test/app/x?y=1")).toContain("outcome   goes on as /x?y=1");
    expect(await said("http://canary.test/")).toContain("canary    Ingress shop/canary, rule 0, path 0");
    expect(await said("http://tls.test/")).toContain("outcome   answered here: 308 https://tls.test/");
    expect(await said("http://nobody.test/")).toContain("outcome   404: no Ingress matches");
  });

  test("lint says what an Ingress will not get, and nothing of a good one", async () => {
    const directory = mkdtempSync(join(tmpdir(), "wherry-lint-"));
    const file = (name: string, options: IngressOptions): string => {
      const path = join(directory, `${name}.yaml`);
      writeFileSync(path, JSON.stringify(made(name, options)));
      return path;
    };
    const good = file("good", {
      className: "nginx",
      nginx: { "use-regex": "true" },
      rules: { "a.test": ["~/a(.*) web"] },
    });
    const bad = file("bad", { nginx: { "configuration-snippet": "x" }, rules: { "a.test": ["^/ web"] } });
    expect(await wherry("ingress", "lint", good)).toEqual({ code: 0, out: "" });
    const { code, out } = await wherry("ingress", "lint", good, bad);
    expect([code, out]).toEqual([
      1,
      "shop/bad: UnsupportedAnnotation: annotation nginx.ingress.kubernetes.io/configuration-snippet is not supported: snippets are nginx's own language, and there is no nginx here\n",
    ]);
    rmSync(directory, { recursive: true });
  });
});

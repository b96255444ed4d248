/** `wherry dig`, the external zone and the metrics, against a running cluster. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import type { Explanation } from "../../shared/dns/explain.ts";
import { cleanUp, FREE_PORTS, wherry, wherryUp } from "./process.ts";

let addresses: ReadyAddresses;

beforeAll(async () => {
  addresses = await wherryUp([...FREE_PORTS, "--ephemeral", "--external-zone", "example.test"]).ready();
  await applyManifest(
    createKubeClient(addresses.api),
    `{"apiVersion":"v1","kind":"List","items":[
      {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}},
      {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},
       "spec":{"clusterIP":"10.96.7.7","externalIPs":["203.0.113.7"],"ports":[{"name":"http","port":80}]}}]}`,
  );
});
afterAll(cleanUp);

interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function dig(...args: readonly string[]): Promise<Output> {
  const cli = wherry(["dig", ...args]);
  const code = await cli.exit;
  return { code, stdout: cli.stdout(), stderr: cli.stderr() };
}

const server = (): readonly string[] => ["--server", addresses.doh];

describe("wherry dig", () => {
  test("prints the answer as a zone file would", async () => {
    const { code, stdout } = await dig("web.shop.svc.cluster.local", ...server());
    expect([code, stdout]).toEqual([0, ";; NOERROR\nweb.shop.svc.cluster.local. 5 IN A 10.96.7.7\n"]);
  });

  test("--from goes through the namespace's search path, and --explain shows it", async () => {
    const { stdout } = await dig("web.shop", "--from", "default", "--explain", ...server());
    expect(stdout).toMatch(/^As a Pod of namespace default asks:\n1\. web\.shop\.default\.svc\.cluster\.local\.\n/);
    expect(stdout).toContain("there is no Service default/shop");
    expect(stdout).toContain("2. web.shop.svc.cluster.local.");
    expect(stdout).toContain("web.shop. 5 IN CNAME web.shop.svc.cluster.local.");
  });

  test("--json is the same for programs", async () => {
    const { stdout } = await dig("nothing.shop.svc.cluster.local", "SRV", "--json", ...server());
    const explanation = JSON.parse(stdout) as Explanation;
    expect(explanation).toMatchObject({ type: "SRV", rcode: "NXDOMAIN", from: null });
    expect(explanation.tries[0]?.because).toContain("there is no Service shop/nothing");
  });

  test("a name of the external zone", async () => {
    const { stdout } = await dig("web.shop.example.test", ...server());
    expect(stdout).toContain("web.shop.example.test. 5 IN A 203.0.113.7");
  });

  test("says when nothing answers", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    closed.close();
    const { code, stderr } = await dig("web", "--server", `http://127.0.0.1:${port}`);
    expect([code, stderr]).toEqual([1, expect.stringContaining("nothing listens there")]);
  });

  test("says what is wrong with a question", async () => {
    const { code, stderr } = await dig("a..b", ...server());
    expect([code, stderr]).toEqual([1, expect.stringContaining("empty label")]);
    expect((await dig("web", "NOTYPE", ...server())).stderr).toContain("is not a record type");
  });

  test("--help says how", async () => {
    const { code, stdout } = await dig("--help");
    expect([code, stdout]).toEqual([0, expect.stringContaining("Usage: wherry dig NAME [TYPE]")]);
  });
});

test("the DNS counts under CoreDNS' names, and the manual has all of them", async () => {
  await fetch(`${addresses.doh}?name=web.shop.svc.cluster.local`);
  const text = await (await fetch(new URL("/metrics", addresses.doh))).text();
  expect(text).toMatch(/^coredns_dns_requests_total\{.*zone="\.".*type="A"\} [1-9]/m);
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect(text).toContain(`coredns_build_info{version="${version}+wherry",revision="",goversion=""} 1\n`);
  const manual = readFileSync("workers/dns/README.md", "utf8");
  const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => `\`${name}\``);
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !manual.includes(name))).toEqual([]);
});

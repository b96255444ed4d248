/** DNS over HTTPS as unmodified clients speak it: dig, kdig, curl, dnspython, Node, and a browser in secure mode. */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect } from "node:http2";
import { request as httpsRequest } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { cleanUp, FREE_PORTS, temporaryDirectory, wherryUp } from "./process.ts";
import { findTool } from "./tools.ts";

const run = promisify(execFile);
const NAME = "web.shop.svc.cluster.local";
/** Within 127.0.0.0/8, so that a program of ours can answer at the ClusterIP itself. */
const IP = "127.96.200.7";
const PAGE = "found by DNS over HTTPS";

const tools = {
  dig: await findTool("dig"),
  kdig: await findTool("kdig"),
  curl: await findTool("curl"),
  dnspython: await findTool("dnspython"),
  chromium: await findTool("chromium"),
  certutil: await findTool("certutil"),
};

let addresses: ReadyAddresses;
let page: Server;
let pagePort = 0;
let tlsPort = "";

beforeAll(async () => {
  const network = ["--service-cluster-ip-range", "127.96.0.0/16", "--external-zone", "example.test"];
  addresses = await wherryUp([...FREE_PORTS, "--ephemeral", ...network]).ready();
  tlsPort = new URL(addresses.dohTls).port;
  const client = createKubeClient(addresses.api);
  await applyManifest(
    client,
    `{"apiVersion":"v1","kind":"List","items":[
      {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}},
      {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},
       "spec":{"type":"LoadBalancer","loadBalancerClass":"example.test/by-hand","clusterIP":"${IP}","ports":[{"name":"http","port":80}]}}]}`,
  );
  const status = { loadBalancer: { ingress: [{ ip: IP }] } };
  await client.merge("/api/v1/namespaces/shop/services/web/status", { status });
  page = createServer((_request, response) => response.end(`<p>${PAGE}</p>`));
  await new Promise<void>((resolve) => page.listen(0, IP, resolve));
  pagePort = (page.address() as { port: number }).port;
});
afterAll(async () => {
  page.closeAllConnections();
  page.close();
  await cleanUp();
});

const said = async (tool: keyof typeof tools, args: readonly string[]): Promise<string> =>
  (await run(tools[tool].path ?? "", [...args], { timeout: 30_000 })).stdout;

const trusted = (): readonly string[] => [`+tls-ca=${addresses.caFile}`, "+tls-hostname=localhost"];

describe.skipIf(tools.dig.path === null)("dig", () => {
  test.each([["+https"], ["+https-get"]])("%s, trusting the authority", async (flag) => {
    const output = await said("dig", [flag, ...trusted(), "@127.0.0.1", "-p", tlsPort, NAME]);
    expect(output).toMatch(/status: NOERROR/);
    expect(output).toMatch(new RegExp(`^${NAME}\\.\\s+5\\s+IN\\s+A\\s+${IP}$`, "m"));
  });

  test("refuses the server where its authority is not trusted", async () => {
    const where = ["@127.0.0.1", "-p", tlsPort];
    const output = await said("dig", ["+https", "+tls-ca", "+tls-hostname=localhost", ...where, NAME, "+short"]);
    expect(output).toContain("unable to get local issuer certificate");
  });

  test.each([["+http-plain"], ["+http-plain-get"], ["+tcp"], ["+notcp"]])("%s on the DNS port", async (flag) => {
    const [host = "", port = ""] = addresses.dns.split(":");
    expect(await said("dig", [flag, `@${host}`, "-p", port, NAME, "+short"])).toBe(`${IP}\n`);
  });
});

describe.skipIf(tools.kdig.path === null)("kdig", () => {
  test.each([["+https"], ["+https-get"]])("%s, with padding, trusting the authority", async (flag) => {
    const where = ["@127.0.0.1", "-p", tlsPort];
    const output = await said("kdig", [flag, "+padding", ...trusted(), ...where, NAME]);
    expect(output).toMatch(/status: NOERROR/);
    expect(output).toMatch(new RegExp(`\\sA\\s+${IP}`));
  });
});

describe.skipIf(tools.curl.path === null)("curl", () => {
  const doh = (): readonly string[] => ["--doh-url", addresses.dohTls.replace("127.0.0.1", "localhost")];

  test("--doh-url resolves a Service's name and gets a page from there", async () => {
    const url = `http://${NAME}:${pagePort}/`;
    const flags = ["-sS", "-4", "--cacert", addresses.caFile, "--noproxy", "*"];
    expect(await said("curl", [...flags, ...doh(), url])).toContain(PAGE);
  });

  test.each([["--http2"], ["--http1.1"]])("%s reaches the ingress over TLS", async (version) => {
    const url = `${addresses.ingressTls.replace("127.0.0.1", "shop.localhost")}/cart`;
    const resolve = `shop.localhost:${new URL(url).port}:127.0.0.1`;
    const output = await said("curl", ["-sS", "-i", version, "--cacert", addresses.caFile, "--resolve", resolve, url]);
    expect(output).toMatch(version === "--http2" ? /^HTTP\/2 / : /^HTTP\/1\.1 /);
    expect(output).toContain('"host":"shop.localhost:');
  });
});

describe.skipIf(tools.dnspython.path === null)("dnspython", () => {
  test.each([
    ["POST", "post=True"],
    ["GET", "post=False"],
  ])("%s", async (_method, argument) => {
    const script = `import dns.message, dns.query, sys
query = dns.message.make_query("${NAME}", "A", use_edns=0, pad=128)
answer = dns.query.https(query, sys.argv[1], ${argument}, verify=sys.argv[2], timeout=20)
print(answer.answer[0][0], answer.id == query.id)`;
    expect(await said("dnspython", ["-c", script, addresses.dohTls, addresses.caFile])).toBe(`${IP} True\n`);
  });
});

describe.skipIf(tools.chromium.path === null || tools.certutil.path === null)("Chromium", () => {
  // Chromium leaves every name under .local to the machine's own resolver, so it asks for one of the external zone.
  test("in secure mode finds a Service by its name", { timeout: 120_000 }, async () => {
    const home = temporaryDirectory();
    const certificates = join(home, ".pki/nssdb");
    mkdirSync(certificates, { recursive: true });
    await said("certutil", ["-d", `sql:${certificates}`, "-N", "--empty-password"]);
    const trust = ["-A", "-t", "C,,", "-n", "wherry", "-i", addresses.caFile];
    await said("certutil", ["-d", `sql:${certificates}`, ...trust]);
    const profile = join(home, "profile");
    mkdirSync(profile);
    const secure = { dns_over_https: { mode: "secure", templates: addresses.dohTls } };
    writeFileSync(join(profile, "Local State"), JSON.stringify(secure));
    const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
    const quiet = [
      "--disable-background-networking",
      "--disable-sync",
      "--no-proxy-server",
      "--virtual-time-budget=5000",
    ];
    const url = `http://web.shop.example.test:${pagePort}/`;
    const browse = (): ReturnType<typeof run> =>
      run(tools.chromium.path ?? "", [...flags, ...quiet, `--user-data-dir=${profile}`, "--dump-dom", url], {
        env: { ...process.env, HOME: home },
        timeout: 60_000,
      });
    // It gives a page up when an interface of the machine comes or goes meanwhile (ERR_NETWORK_CHANGED).
    let stdout = "";
    for (let attempts = 0; attempts < 3 && !stdout.includes(PAGE); attempts++) stdout = String((await browse()).stdout);
    expect(stdout).toContain(PAGE);
  });
});

describe("any client", () => {
  const certificate = (): string => readFileSync(addresses.caFile, "utf8");
  const query = "AAABAAABAAAAAAAAA3dlYgRzaG9wA3N2YwdjbHVzdGVyBWxvY2FsAAABAAE";

  test("asks many questions at once over one HTTP/2 connection", async () => {
    const session = connect(addresses.dohTls, { ca: certificate() });
    const ask = (): Promise<number> =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ":path": `/dns-query?dns=${query}`, accept: "application/dns-message" });
        stream.on("response", (headers) => resolve(headers[":status"] ?? 0)).on("error", reject);
        stream.resume().end();
      });
    const statuses = await Promise.all(Array.from({ length: 200 }, ask));
    session.close();
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  test("speaks HTTP/1.1 over TLS if that is all it can", async () => {
    const answer = new Promise<string>((resolve, reject) => {
      const url = `${addresses.dohTls}?name=${NAME}`;
      httpsRequest(url, { ca: certificate() }, (response) => {
        text(response).then(resolve, reject);
      })
        .on("error", reject)
        .end();
    });
    expect(JSON.parse(await answer)).toMatchObject({ Answer: [{ data: IP }] });
  });
});

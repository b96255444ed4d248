/** ConfigMap `kube-system/coredns`, edited with kubectl, decides what dig is told. */
import { execFile } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { writeFileSync } from "node:fs";
import { createServer as createTcpServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeQuery } from "../../shared/dns/wire/decode.ts";
import { encodeResponse } from "../../shared/dns/wire/encode.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { cleanUp, eventually, FREE_PORTS, temporaryDirectory, wherryUp, type Cli } from "./process.ts";
import { findTool } from "./tools.ts";

const run = promisify(execFile);
const [kubectlTool, digTool] = [await findTool("kubectl"), await findTool("dig")];
const isMissing = kubectlTool.path === null || digTool.path === null;

const directory = temporaryDirectory();
let cli: Cli;
let addresses: ReadyAddresses;
const resolvers: { close: () => unknown }[] = [];

const FLAGS = [...FREE_PORTS, "--data-dir", join(directory, "data"), "--kubeconfig", join(directory, "kubeconfig")];

beforeAll(async () => {
  cli = wherryUp(FLAGS, directory);
  addresses = await cli.ready();
});
afterAll(async () => {
  for (const resolver of resolvers) resolver.close();
  await cleanUp();
});

async function kubectl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(kubectlTool.path ?? "", ["--kubeconfig", addresses.kubeconfig, ...args]);
  return stdout;
}

/** The answers, without their TTLs; the response code where there are none. */
async function dig(...args: readonly string[]): Promise<string> {
  const [host = "", port = ""] = addresses.dns.split(":");
  const options = ["+tries=1", "+time=8", "+noall", "+answer", "+comments"];
  const { stdout } = await run(digTool.path ?? "", [`@${host}`, "-p", port, ...options, ...args]);
  const answers = stdout.split("\n").filter((line) => line !== "" && !line.startsWith(";"));
  if (answers.length === 0) return /status: (\w+)/.exec(stdout)?.[1] ?? stdout;
  return answers.map((line) => line.split(/\s+/).toSpliced(1, 1).join(" ")).join("\n");
}

async function setCorefile(text: string): Promise<void> {
  const file = join(directory, "coredns.json");
  const metadata = { name: "coredns", namespace: "kube-system" };
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile: text } }));
  await kubectl("apply", "-f", file);
}

/** Every A is `address`; a name that starts with `big` has too many for a datagram. */
function answerTo(message: Uint8Array, address: string, overUdp: boolean): Uint8Array<ArrayBuffer> {
  const decoded = decodeQuery(message);
  if (decoded.kind !== "query") throw new Error(decoded.kind);
  const { header, question } = decoded;
  const count = question.name[0] === "big" ? 100 : 1;
  const octets = Uint8Array.from(address.split(".").map(Number));
  const answers = Array.from({ length: overUdp && count > 1 ? 0 : count }, (_, i) => ({
    name: question.name,
    ttl: 300,
    data: { type: "A" as const, address: Uint8Array.from([...octets.slice(0, 3), (octets[3] ?? 0) + i]) },
  }));
  const rest = { authority: [], additional: [], edns: null, authoritative: false, recursionAvailable: true } as const;
  const bytes = encodeResponse({ header, question, answers, rcode: "NOERROR", ...rest });
  if (overUdp && count > 1) bytes[2] = (bytes[2] ?? 0) | 0x02;
  return bytes;
}

/** A resolver on UDP and TCP. A port that is free for one may be taken for the other, so it may take some trying. */
async function resolver(address: string): Promise<number> {
  for (let tries = 1; ; tries++) {
    const tcp = createTcpServer((socket) => {
      socket.on("data", (chunk: Buffer) => {
        const answer = answerTo(chunk.subarray(2), address, false);
        socket.end(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 0xff]), answer]));
      });
    });
    const udp: Socket = createSocket("udp4");
    udp.on("message", (message, from) => udp.send(answerTo(message, address, true), from.port, from.address));
    udp.bind(0, "127.0.0.1");
    await once(udp, "listening");
    const { port } = udp.address();
    try {
      await once(tcp.listen(port, "127.0.0.1"), "listening");
      resolvers.push(udp, tcp);
      return port;
    } catch (error) {
      udp.close();
      if (tries === 20) throw error;
    }
  }
}

const WEB = "kubernetes.default.svc.cluster.local";
const block = (lines: string): string => `.:53 {\n errors\n ${lines}\n}\n`;
const KUBERNETES = "kubernetes cluster.local in-addr.arpa ip6.arpa {\n pods insecure\n }";

describe.skipIf(isMissing)("ConfigMap kube-system/coredns", () => {
  test("is there from the beginning, with what kubeadm writes", async () => {
    const text = await kubectl("get", "configmap", "coredns", "-n", "kube-system", "-o", "jsonpath={.data.Corefile}");
    expect(text).toContain("kubernetes cluster.local in-addr.arpa ip6.arpa {");
    expect(text).toContain("forward . /etc/resolv.conf");
    expect(await dig(WEB)).toBe(`${WEB}. IN A 10.96.0.1`);
  });

  test("whoami tells who asks, and by what", async () => {
    await setCorefile(block("whoami"));
    const host = "127.0.0.1";
    const asked = async (...flags: readonly string[]): Promise<string> => {
      const options = ["+tries=1", "+time=8", "+noall", "+additional", ...flags];
      return (
        await run(digTool.path ?? "", [`@${host}`, "-p", addresses.dns.split(":")[1] ?? "", ...options, "me.example"])
      ).stdout;
    };
    await eventually(async () => expect(await asked()).toMatch(/^_udp\.me\.example\.\s.*SRV\s+0 0 [1-9]\d* \.$/m));
    expect(await asked("+tcp")).toMatch(/^_tcp\.me\.example\.\s.*SRV\s+0 0 [1-9]\d* \.$/m);
    expect(await asked("+tcp")).toMatch(/^me\.example\.\s.*A\s+127\.0\.0\.1$/m);
  });

  test("a change is live: hosts, rewrite, chaos", async () => {
    await setCorefile(
      block(
        `hosts {\n 10.9.8.7 legacy.example\n fallthrough\n }\n rewrite name api.example ${WEB}\n chaos\n ${KUBERNETES}`,
      ),
    );
    await eventually(async () => expect(await dig("legacy.example")).toBe("legacy.example. IN A 10.9.8.7"));
    expect(await dig("-x", "10.9.8.7")).toBe("7.8.9.10.in-addr.arpa. IN PTR legacy.example.");
    expect(await dig("api.example")).toBe("api.example. IN A 10.96.0.1");
    expect(await dig("version.bind", "CH", "TXT")).toContain("CH TXT");
  });

  test("names outside go to the resolver that it names, over TCP when a datagram is too small", async () => {
    const port = await resolver("1.2.3.4");
    await setCorefile(block(`${KUBERNETES}\n forward . 127.0.0.1:${port}\n cache 30`));
    await eventually(async () => expect(await dig("www.example.org")).toBe("www.example.org. IN A 1.2.3.4"));
    expect((await dig("+tcp", "big.example.org")).split("\n")).toHaveLength(100);
    expect(await dig(WEB)).toBe(`${WEB}. IN A 10.96.0.1`);
    await dig("+tcp", "big.example.org");
    const metrics = await (await fetch(new URL("/metrics", addresses.doh))).text();
    expect(metrics).toContain('\ncoredns_cache_hits_total{server="dns://:53",type="success",zones=".",view=""} 1\n');
    expect(metrics).toContain(
      `\ncoredns_proxy_request_duration_seconds_count{proxy_name="forward",to="127.0.0.1:${port}",rcode="NOERROR"} 2\n`,
    );
    expect(metrics).toContain('\ncoredns_plugin_enabled{server="dns://:53",zone=".",view="",name="cache"} 1\n');
  });

  test("resolvers that are dead give SERVFAIL, in time", async () => {
    const udp = createSocket("udp4").bind(0, "127.0.0.1");
    await once(udp, "listening");
    resolvers.push(udp);
    await setCorefile(block(`${KUBERNETES}\n forward . 127.0.0.1:${udp.address().port}`));
    await eventually(async () => expect(await dig("silent.example.org")).toBe("SERVFAIL"));
  });

  test("a resolver that would be ourselves is not asked", async () => {
    await setCorefile(block(`${KUBERNETES}\n forward . ${addresses.dns}`));
    await eventually(async () => expect(await dig("loop.example.org")).toBe("SERVFAIL"));
  });

  test("autopath completes a Pod's name at its first question", async () => {
    const port = await resolver("1.2.3.4");
    await setCorefile(
      block(`autopath @kubernetes\n kubernetes cluster.local {\n pods verified\n }\n forward . 127.0.0.1:${port}`),
    );
    await eventually(async () => {
      const query = new URLSearchParams({ name: "www.example.org.default.svc.cluster.local", type: "A" });
      const response = await fetch(`${addresses.doh}/default?${query.toString()}`, {
        headers: { accept: "application/dns-json" },
      });
      const { Answer: answers = [] } = (await response.json()) as { Answer?: readonly { readonly data: string }[] };
      expect(answers.map(({ data }) => data)).toEqual(["www.example.org.", "1.2.3.4"]);
    });
  });

  test("a zone is transferred over TCP to who may have it, and refused to others", async () => {
    const transferTo = (to: string): Promise<void> => setCorefile(block(`transfer {\n to ${to}\n }\n ${KUBERNETES}`));
    await transferTo("*");
    const zone = "cluster.local";
    const records = async (...type: readonly string[]): Promise<readonly string[]> =>
      (await dig(zone, ...type, "+noidnout")).split("\n");
    await eventually(async () => expect((await records("AXFR")).length).toBeGreaterThan(4));
    const all = await records("AXFR");
    expect(all).toContain(`${WEB}. IN A 10.96.0.1`);
    expect(all.at(-1)).toBe(all[0]);
    const serial = all[0]?.split(" ")[5] ?? "";
    expect(await records(`IXFR=${serial}`)).toEqual([all[0]]);
    expect(await records(`IXFR=${Number(serial) - 1}`)).toEqual(all);
    expect(await dig(zone, "IXFR=1", "+notcp")).toBe("REFUSED");
    await transferTo("192.0.2.1");
    await eventually(async () => expect(await dig(zone, "AXFR")).toBe("REFUSED"));
  });

  test("a large zone takes several messages", async () => {
    const items = Array.from({ length: 400 }, (_, i) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: `service-with-a-rather-long-name-${i}`, namespace: "large" },
      spec: { ports: [1, 2, 3].map((port) => ({ name: `port-${port}`, port })) },
    }));
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "large" } };
    const file = join(directory, "large.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: [namespace, ...items] }));
    await kubectl("apply", "-f", file);
    await setCorefile(block(`transfer {\n to *\n }\n ${KUBERNETES}`));
    await eventually(async () => {
      const all = (await dig("cluster.local", "AXFR")).split("\n");
      expect(all.filter((line) => line.startsWith("service-with"))).toHaveLength(400 * (1 + 3));
      expect(all.filter((line) => line.startsWith("_port-"))).toHaveLength(400 * 3);
    });
  });

  test("template makes answers of questions; nsid names the server", async () => {
    const template =
      'template IN A ip.example {\n match ^(?P<a>[0-9]+)-(?P<b>[0-9]+)[.]\n answer "{{ .Name }} 60 IN A 10.0.{{ .Group.a }}.{{ .Group.b }}"\n ederror 3 made\n }';
    await setCorefile(block(`nsid wherry-one\n ${template}\n ${KUBERNETES}`));
    await eventually(async () => expect(await dig("7-9.ip.example")).toBe("7-9.ip.example. IN A 10.0.7.9"));
    const [host = "", port = ""] = addresses.dns.split(":");
    const { stdout } = await run(digTool.path ?? "", [`@${host}`, "-p", port, "+nsid", "7-9.ip.example"]);
    expect(stdout).toMatch(/NSID: .*"wherry-one"/);
    expect(stdout).toMatch(/EDE: 3 \(Stale Answer\): \(made\)/);
  });

  test("labels choose what is shown, and the address of a hand-made endpoint has a name", async () => {
    const metadata = (labels: object): object => ({ name: "external", namespace: "default", labels });
    const service = { kind: "Service", metadata: metadata({ show: "yes" }), spec: { ports: [{ port: 80 }] } };
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: metadata({ show: "yes", "kubernetes.io/service-name": "external" }),
      addressType: "IPv4",
      ports: [{ port: 80 }],
      endpoints: [{ addresses: ["192.168.1.7"], hostname: "db" }],
    };
    const file = join(directory, "external.json");
    const items = [{ apiVersion: "v1", ...service }, slice];
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    await kubectl("apply", "-f", file);
    await setCorefile(block("kubernetes cluster.local in-addr.arpa {\n labels show=yes\n }"));
    await eventually(async () => expect(await dig(WEB)).toBe("NXDOMAIN"));
    expect(await dig("external.default.svc.cluster.local")).toContain(" IN A 10.");
    const name = "7.1.168.192.in-addr.arpa.";
    expect(await dig("-x", "192.168.1.7")).toBe(`${name} IN PTR db.external.default.svc.cluster.local.`);
    await kubectl("delete", "endpointslice", "external");
    await eventually(async () => expect(await dig("-x", "192.168.1.7")).toBe("NXDOMAIN"));
  });

  test("multicluster: a ServiceImport and a slice of another cluster make names", async () => {
    const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    const names = { plural: "serviceimports", singular: "serviceimport", kind: "ServiceImport" };
    const group = "multicluster.x-k8s.io";
    const versions = [{ name: "v1alpha1", served: true, storage: true, schema: { openAPIV3Schema: schema } }];
    const importOf = (name: string, spec: object): object => ({
      apiVersion: `${group}/v1alpha1`,
      kind: "ServiceImport",
      metadata: { name, namespace: "default" },
      spec,
    });
    const labels = {
      "multicluster.kubernetes.io/service-name": "peers",
      "multicluster.kubernetes.io/source-cluster": "east",
    };
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "imported-peers-east", namespace: "default", labels },
      addressType: "IPv4",
      ports: [{ name: "http", port: 8080 }],
      endpoints: [{ addresses: ["192.0.2.7"], hostname: "peer-0" }],
    };
    const apply = async (...items: readonly object[]): Promise<void> => {
      const file = join(directory, "imports.json");
      writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
      await kubectl("apply", "-f", file);
    };
    await apply({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `serviceimports.${group}` },
      spec: { group, scope: "Namespaced", names, versions },
    });
    await kubectl("wait", "--for=condition=Established", `crd/serviceimports.${group}`);
    const ports = [{ name: "http", protocol: "TCP", port: 80 }];
    await apply(
      importOf("web", { type: "ClusterSetIP", ips: ["10.42.42.42"], ports }),
      importOf("peers", { type: "Headless", ports }),
      slice,
    );
    await setCorefile(block("kubernetes cluster.local clusterset.local {\n multicluster clusterset.local\n }"));
    const under = (name: string): string => `${name}.default.svc.clusterset.local`;
    await eventually(async () => expect(await dig(under("web"))).toBe(`${under("web")}. IN A 10.42.42.42`));
    expect(await dig(under("peers"))).toBe(`${under("peers")}. IN A 192.0.2.7`);
    expect(await dig(under("peer-0.east.peers"))).toBe(`${under("peer-0.east.peers")}. IN A 192.0.2.7`);
    const srv = `${under("_http._tcp.peers")}. IN SRV 0 100 8080 ${under("peer-0.east.peers")}.`;
    expect(await dig(under("_http._tcp.peers"), "SRV")).toBe(srv);
    expect(await dig(under("kubernetes"))).toBe("NXDOMAIN");
    expect(await dig(WEB)).toBe(`${WEB}. IN A 10.96.0.1`);
    await kubectl("patch", "serviceimport", "web", "--type=merge", "-p", '{"spec":{"ips":["10.42.42.43"]}}');
    await eventually(async () => expect(await dig(under("web"))).toBe(`${under("web")}. IN A 10.42.42.43`));
    await kubectl("delete", "crd", `serviceimports.${group}`);
    await eventually(async () => expect(await dig(under("web"))).toBe("NXDOMAIN"));
    await kubectl("delete", "endpointslice", "imported-peers-east");
  });

  test("a broken one leaves the last good one in force, and an Event that says where and why; over a restart too", async () => {
    await setCorefile(block(`hosts {\n 10.0.0.1 good.example\n fallthrough\n }\n ${KUBERNETES}`));
    await eventually(async () => expect(await dig("good.example")).toBe("good.example. IN A 10.0.0.1"));
    await setCorefile(".:53 {\n errors\n nonsense\n}\n");
    const saying =
      "Corefile changed but reload failed: /etc/coredns/Corefile:3 - Error during parsing: Unknown directive 'nonsense'";
    expect(await kubectl("get", "events", "-n", "kube-system")).toContain(saying);
    expect(await dig("good.example")).toBe("good.example. IN A 10.0.0.1");
    await cli.stop();
    cli = wherryUp(FLAGS, directory);
    addresses = await cli.ready();
    expect(await dig("good.example")).toBe("good.example. IN A 10.0.0.1");
  });

  test("what has no effect is named in an Event", async () => {
    await setCorefile(block(`etcd example.org\n ${KUBERNETES}`));
    const events = await kubectl("get", "events", "-n", "kube-system");
    expect(events).toContain("plugin 'etcd' is not supported here, and has no effect (line 3)");
  });

  test("deleted, it is the default again, and stays deleted", async () => {
    await setCorefile(block(`hosts {\n 10.0.0.1 good.example\n }`));
    await eventually(async () => expect(await dig(WEB)).toBe("SERVFAIL"));
    await kubectl("delete", "configmap", "coredns", "-n", "kube-system");
    await eventually(async () => expect(await dig(WEB)).toBe(`${WEB}. IN A 10.96.0.1`));
    await expect(kubectl("get", "configmap", "coredns", "-n", "kube-system")).rejects.toThrow("NotFound");
  });

  test("/health and /ready answer", async () => {
    const { origin } = new URL(addresses.doh);
    for (const path of ["health", "ready"]) expect((await fetch(`${origin}/${path}`)).status).toBe(200);
  });
});

/** Addresses and node ports of a running cluster: two families, a full range, what is chosen, what is given back. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Service, ServiceSpec } from "../../shared/api/core-v1/service.ts";
import type { Status } from "../../shared/api/meta-v1/status.ts";
import { cleanUp, eventually, FREE_PORTS, wherryUp } from "./process.ts";

interface Answered {
  readonly code: number;
  readonly service: Service;
  readonly status: Status;
}

/** A client of the namespace `default` of one cluster. */
class Client {
  readonly #api: string;
  readonly #doh: string;

  private constructor({ api, doh }: { readonly api: string; readonly doh: string }) {
    this.#api = api;
    this.#doh = doh;
  }

  static async of(serviceClusterIpRange: string): Promise<Client> {
    const cli = wherryUp([...FREE_PORTS, "--ephemeral", "--service-cluster-ip-range", serviceClusterIpRange]);
    return new Client(await cli.ready());
  }

  create(name: string, spec: object, query = ""): Promise<Answered> {
    const object = { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } };
    return this.#send("POST", `/services${query}`, "application/json", object);
  }

  patch(name: string, spec: object): Promise<Answered> {
    return this.#send("PATCH", `/services/${name}`, "application/merge-patch+json", { spec });
  }

  async remove(name: string): Promise<void> {
    const response = await fetch(`${this.#api}/api/v1/namespaces/default/services/${name}`, { method: "DELETE" });
    expect(response.status).toBe(200);
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(this.#api + path)).json()) as T;
  }

  /** The data of the answer's records. */
  async resolve(name: string, type: "A" | "AAAA" | "PTR"): Promise<readonly string[]> {
    const url = `${this.#doh}?name=${name}&type=${type}`;
    const response = await fetch(url, { headers: { accept: "application/dns-json" } });
    const { Answer: answer = [] } = (await response.json()) as { Answer?: readonly { readonly data: string }[] };
    return answer.map(({ data }) => data);
  }

  async #send(method: string, path: string, type: string, object: object): Promise<Answered> {
    const response = await fetch(`${this.#api}/api/v1/namespaces/default${path}`, {
      method,
      headers: { "content-type": type },
      body: JSON.stringify(object),
    });
    const body: unknown = await response.json();
    return { code: response.status, service: body as Service, status: body as Status };
  }
}

/** The spec of what was created or changed. */
async function specOf(answered: Promise<Answered>): Promise<ServiceSpec> {
  const { code, service, status } = await answered;
  expect([200, 201], status.message).toContain(code);
  return service.spec;
}

/** Code, reason and the causes' fields and messages of a refusal. */
async function refusalOf(answered: Promise<Answered>): Promise<readonly unknown[]> {
  const { code, status } = await answered;
  return [code, status.reason, ...(status.details?.causes ?? []).map((cause) => `${cause.field}: ${cause.message}`)];
}

const lastNumber = (address: string | undefined, separator: "." | ":"): number =>
  Number.parseInt(address?.split(separator).at(-1) ?? "", separator === "." ? 10 : 16);

afterAll(cleanUp);

describe("a cluster with two families", () => {
  let cluster: Client;
  beforeAll(async () => {
    cluster = await Client.of("10.96.0.0/12,fd00:10:96::/108");
  });

  test("has default/kubernetes at the first address of the first family alone", async () => {
    const { spec } = await cluster.get<Service>("/api/v1/namespaces/default/services/kubernetes");
    expect(spec).toMatchObject({ clusterIPs: ["10.96.0.1"], ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" });
  });

  test("says so in its ServiceCIDR", async () => {
    const { spec } = await cluster.get<{ spec: unknown }>("/apis/networking.k8s.io/v1/servicecidrs/kubernetes");
    expect(spec).toEqual({ cidrs: ["10.96.0.0/12", "fd00:10:96::/108"] });
  });

  test("gives both addresses to RequireDualStack, and DNS has both, forwards and backwards", async () => {
    const spec = await specOf(cluster.create("both", { ipFamilyPolicy: "RequireDualStack" }));
    const [v4 = "", v6 = ""] = spec.clusterIPs ?? [];
    expect(spec).toMatchObject({ clusterIP: v4, ipFamilies: ["IPv4", "IPv6"] });
    expect(v4).toMatch(/^10\.(?:9[6-9]|1[01]\d)\./);
    expect(v6).toMatch(/^fd00:10:96::/);
    const name = "both.default.svc.cluster.local";
    await eventually(async () => expect(await cluster.resolve(name, "A")).toEqual([v4]));
    expect(await cluster.resolve(name, "AAAA")).toEqual([v6]);
    expect(await cluster.resolve(`${v4.split(".").toReversed().join(".")}.in-addr.arpa`, "PTR")).toEqual([`${name}.`]);
  });

  test("gives one address without a policy, and DNS has no other", async () => {
    const spec = await specOf(cluster.create("one", {}));
    expect(spec.clusterIPs).toHaveLength(1);
    await eventually(async () =>
      expect(await cluster.resolve("one.default.svc.cluster.local", "A")).toEqual(spec.clusterIPs),
    );
    expect(await cluster.resolve("one.default.svc.cluster.local", "AAAA")).toEqual([]);
  });

  test("has an IPAddress for each address, gone when its Service is", async () => {
    const spec = await specOf(cluster.create("listed", { ipFamilyPolicy: "PreferDualStack" }));
    const names = async (): Promise<readonly string[]> => {
      const { items } = await cluster.get<{ items: readonly { readonly metadata: { readonly name: string } }[] }>(
        "/apis/networking.k8s.io/v1/ipaddresses",
      );
      return items.map(({ metadata }) => metadata.name).filter((name) => spec.clusterIPs?.includes(name));
    };
    expect(await names()).toHaveLength(2);
    await cluster.remove("listed");
    await eventually(async () => expect(await names()).toEqual([]));
  });

  test("adds and takes away the second address as the policy changes, and DNS follows", async () => {
    const before = await specOf(cluster.create("changing", {}));
    const both = await specOf(cluster.patch("changing", { ipFamilyPolicy: "PreferDualStack" }));
    expect(both.clusterIPs).toEqual([before.clusterIP, expect.stringMatching(/^fd00:10:96::/)]);
    const aaaa = () => cluster.resolve("changing.default.svc.cluster.local", "AAAA");
    await eventually(async () => expect(await aaaa()).toEqual([both.clusterIPs?.[1]]));
    const after = await specOf(cluster.patch("changing", { ipFamilyPolicy: "SingleStack" }));
    expect(after).toMatchObject({ clusterIPs: before.clusterIPs, ipFamilies: ["IPv4"] });
    await eventually(async () => expect(await aaaa()).toEqual([]));
  });

  test("gives out addresses above the static band, and chosen ones below it", async () => {
    const chosen = await specOf(
      cluster.create("chosen", {
        ipFamilyPolicy: "RequireDualStack",
        clusterIP: "10.96.0.10",
        clusterIPs: ["10.96.0.10", "fd00:10:96::a"],
      }),
    );
    expect(chosen.clusterIPs).toEqual(["10.96.0.10", "fd00:10:96::a"]);
    const given = await specOf(cluster.create("given", { ipFamilyPolicy: "RequireDualStack" }));
    // The band of a /12 and of a /108 is their first 256 addresses.
    expect(given.clusterIPs?.[0]).not.toMatch(/^10\.96\.0\./);
    const offset = given.clusterIPs?.[1]?.replace("fd00:10:96::", "").split(":") ?? [];
    expect(offset.length === 2 || lastNumber(offset[0], ":") > 256).toBe(true);
  });
});

describe("a cluster with IPv6 first", () => {
  test("has default/kubernetes at IPv6, and gives IPv6 by itself", async () => {
    const cluster = await Client.of("fd00:10:96::/108,10.96.0.0/12");
    const { spec } = await cluster.get<Service>("/api/v1/namespaces/default/services/kubernetes");
    expect(spec).toMatchObject({ clusterIPs: ["fd00:10:96::1"], ipFamilies: ["IPv6"] });
    expect((await specOf(cluster.create("one", {}))).ipFamilies).toEqual(["IPv6"]);
    const both = await specOf(cluster.create("both", { ipFamilyPolicy: "PreferDualStack" }));
    expect(both.ipFamilies).toEqual(["IPv6", "IPv4"]);
  });
});

describe("a range of six addresses", () => {
  let cluster: Client;
  beforeAll(async () => {
    cluster = await Client.of("10.96.0.0/29");
  });

  test("is full after five Services, and a released address can be had again", async () => {
    const specs = await Promise.all(["a", "b", "c", "d", "e"].map((name) => specOf(cluster.create(name, {}))));
    const numbers = specs.map(({ clusterIP }) => lastNumber(clusterIP, "."));
    // .0 and .7 are the network and its broadcast, .1 is default/kubernetes.
    expect(numbers.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6]);
    const full = await cluster.create("f", {});
    expect(full.status).toMatchObject({
      kind: "Status",
      status: "Failure",
      code: 500,
      reason: "InternalError",
      message: "Internal error occurred: failed to allocate a serviceIP: range is full",
    });
    // What needs no address can still be had.
    await specOf(cluster.create("headless", { clusterIP: "None" }));
    await specOf(cluster.create("alias", { type: "ExternalName", externalName: "example.com" }));
    await cluster.remove("c");
    await eventually(async () => {
      const again = await specOf(cluster.create("f", {}));
      expect(again.clusterIP).toBe(specs[2]?.clusterIP);
    });
    expect((await cluster.create("g", {})).code).toBe(500);
  });

  test.each([
    ["its network address", "10.96.0.0"],
    ["its broadcast address", "10.96.0.7"],
    ["an address outside of it", "10.97.0.1"],
  ])("refuses %s", async (_, clusterIP) => {
    expect(await refusalOf(cluster.create("refused", { clusterIP }))).toEqual([
      422,
      "Invalid",
      `spec.clusterIPs: Invalid value: ["${clusterIP}"]: failed to allocate IP ${clusterIP}: the provided network does not match the current range`,
    ]);
  });

  test("refuses RequireDualStack and IPv6", async () => {
    expect(await refusalOf(cluster.create("refused", { ipFamilyPolicy: "RequireDualStack" }))).toEqual([
      422,
      "Invalid",
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ]);
    expect(await refusalOf(cluster.create("refused", { ipFamilies: ["IPv6"] }))).toEqual([
      422,
      "Invalid",
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    ]);
  });
});

describe("what is chosen", () => {
  let cluster: Client;
  beforeAll(async () => {
    cluster = await Client.of("10.96.0.0/16");
  });

  const takenAddress = (address: string): readonly unknown[] => [
    422,
    "Invalid",
    `spec.clusterIPs: Invalid value: ["${address}"]: failed to allocate IP ${address}: provided IP is already allocated`,
  ];
  const takenPort = (port: number): readonly unknown[] => [
    422,
    "Invalid",
    `spec.ports[0].nodePort: Invalid value: ${port}: provided port is already allocated`,
  ];
  const nodePort = (number: number) => ({ type: "NodePort", ports: [{ port: 80, nodePort: number }] });

  test("is not the address of default/kubernetes, before and after that Service is made again", async () => {
    const path = "/api/v1/namespaces/default/services/kubernetes";
    expect(await refusalOf(cluster.create("first", { clusterIP: "10.96.0.1" }))).toEqual(takenAddress("10.96.0.1"));
    await cluster.remove("kubernetes");
    await eventually(async () => expect((await cluster.get<Service>(path)).spec.clusterIP).toBe("10.96.0.1"));
    expect(await refusalOf(cluster.create("first", { clusterIP: "10.96.0.1" }))).toEqual(takenAddress("10.96.0.1"));
  });

  test("cannot be had twice: an address", async () => {
    await specOf(cluster.create("address", { clusterIP: "10.96.0.20" }));
    expect(await refusalOf(cluster.create("again", { clusterIP: "10.96.0.20" }))).toEqual(takenAddress("10.96.0.20"));
  });

  test("cannot be had twice: a node port", async () => {
    await specOf(cluster.create("port", nodePort(30_010)));
    expect(await refusalOf(cluster.create("again", nodePort(30_010)))).toEqual(takenPort(30_010));
    expect(await refusalOf(cluster.create("again", nodePort(80)))).toEqual([
      422,
      "Invalid",
      "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767",
    ]);
  });

  test("cannot be had twice: a port for health checks, which is an internal error as in Kubernetes", async () => {
    const local = { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 30_020 };
    await specOf(cluster.create("checked", local));
    expect((await cluster.create("again", local)).status).toMatchObject({
      code: 500,
      message:
        "Internal error occurred: failed to allocate requested HealthCheck NodePort 30020: provided port is already allocated",
    });
    expect(await refusalOf(cluster.create("again", nodePort(30_020)))).toEqual(takenPort(30_020));
  });

  test("is not taken by a Service that was refused for something else", async () => {
    const twice = { ...nodePort(30_010), clusterIP: "10.96.0.30" };
    expect(await refusalOf(cluster.create("refused", twice))).toEqual(takenPort(30_010));
    expect((await specOf(cluster.create("granted", { clusterIP: "10.96.0.30" }))).clusterIP).toBe("10.96.0.30");
  });

  test("is not taken by a dry run", async () => {
    const spec = { clusterIP: "10.96.0.31" };
    expect((await specOf(cluster.create("dry", spec, "?dryRun=All"))).clusterIP).toBe("10.96.0.31");
    expect((await specOf(cluster.create("wet", spec))).clusterIP).toBe("10.96.0.31");
  });

  test("comes from the static bands, which nothing else is given from", async () => {
    const names = Array.from({ length: 20 }, (_, i) => `dynamic-${i}`);
    const specs = await Promise.all(names.map((name) => specOf(cluster.create(name, { type: "NodePort" }))));
    expect(specs.map(({ clusterIP }) => clusterIP).filter((ip) => ip?.startsWith("10.96.0."))).toEqual([]);
    // The band of 30000–32767 is its first 86 ports.
    const ports = specs.map(({ ports: [port] = [] }) => port?.nodePort ?? 0);
    expect(ports.filter((port) => port < 30_086 || port > 32_767)).toEqual([]);
    expect(new Set(ports).size).toBe(20);
  });

  const given: readonly (readonly [string, (name: string) => Promise<unknown>])[] = [
    ["its Service is deleted", (name) => cluster.remove(name)],
    [
      "its Service becomes an ExternalName",
      (name) => specOf(cluster.patch(name, { type: "ExternalName", externalName: "example.com" })),
    ],
  ];
  test.each(given.map(([name, act], i) => [name, act, i] as const))("is free again when %s", async (_, act, i) => {
    const spec = { ...nodePort(30_040 + i), clusterIP: `10.96.0.${40 + i}` };
    await specOf(cluster.create(`held-${i}`, spec));
    await act(`held-${i}`);
    await eventually(async () =>
      expect((await specOf(cluster.create(`next-${i}`, spec))).clusterIP).toBe(spec.clusterIP),
    );
  });

  test("of node ports is free again when a NodePort becomes a ClusterIP, which keeps its address", async () => {
    const { clusterIP } = await specOf(cluster.create("shrinking", nodePort(30_050)));
    const after = await specOf(cluster.patch("shrinking", { type: "ClusterIP" }));
    expect(after).toMatchObject({ clusterIP, ports: [{ port: 80 }] });
    expect(after.ports?.[0]).not.toHaveProperty("nodePort");
    await eventually(async () => {
      const { ports: [port] = [] } = await specOf(cluster.create("grown", nodePort(30_050)));
      expect(port?.nodePort).toBe(30_050);
    });
  });
});

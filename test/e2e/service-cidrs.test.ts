/** ServiceCIDRs and IPAddresses: what a client may do with them, and what addresses Services get then. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCluster } from "../../local/testing.ts";
import type { Cluster } from "../../local/testing-types.ts";
import { eventually } from "./process.ts";

let cluster: Cluster;
beforeAll(async () => (cluster = await startCluster()));
afterAll(() => cluster.stop());

const RANGES = "/apis/networking.k8s.io/v1/servicecidrs";
const ADDRESSES = "/apis/networking.k8s.io/v1/ipaddresses";
const SERVICES = "/api/v1/namespaces/default/services";

interface Answer {
  readonly code: number;
  readonly body: {
    readonly message?: string;
    readonly metadata?: {
      readonly uid?: string;
      readonly finalizers?: readonly string[];
      readonly deletionTimestamp?: string;
    };
    readonly spec?: { readonly clusterIP?: string; readonly cidrs?: readonly string[]; readonly parentRef?: object };
    readonly status?: {
      readonly conditions?: readonly {
        readonly type: string;
        readonly status: string;
        readonly reason: string;
        readonly message: string;
      }[];
    };
  };
}

async function call(method: string, path: string, body?: object): Promise<Answer> {
  const response = await cluster.api(path, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { code: response.status, body: (await response.json()) as Answer["body"] };
}

const range = (name: string, ...cidrs: readonly string[]): Promise<Answer> =>
  call("POST", RANGES, { metadata: { name }, spec: { cidrs } });
const service = (name: string, clusterIP?: string): Promise<Answer> =>
  call("POST", SERVICES, {
    metadata: { name },
    spec: { ...(clusterIP === undefined ? {} : { clusterIP }), ports: [{ port: 80 }] },
  });
const parentRef = { resource: "services", namespace: "default", name: "elsewhere" };

describe("a ServiceCIDR", () => {
  test("of the settings is there, ready and held", async () => {
    expect(await call("GET", `${RANGES}/kubernetes`)).toMatchObject({
      code: 200,
      body: {
        metadata: { finalizers: ["networking.k8s.io/service-cidr-finalizer"] },
        spec: { cidrs: ["10.96.0.0/12"] },
        status: { conditions: [{ type: "Ready", status: "True", message: "Kubernetes Service CIDR is ready" }] },
      },
    });
  });

  test("gives no address that is in none", async () => {
    expect(await service("early", "192.168.7.9")).toMatchObject({
      code: 422,
      body: {
        message:
          'Service "early" is invalid: spec.clusterIPs: Invalid value: ["192.168.7.9"]: failed to allocate IP 192.168.7.9: the provided network does not match the current range',
      },
    });
  });

  test("gives its addresses from the moment on that it is there", async () => {
    expect(await range("more", "192.168.7.0/28")).toMatchObject({ code: 201 });
    expect(await call("GET", `${RANGES}/more`)).toMatchObject({
      body: {
        metadata: { finalizers: ["networking.k8s.io/service-cidr-finalizer"] },
        status: { conditions: [{ type: "Ready", status: "True", reason: "" }] },
      },
    });
    expect(await service("late", "192.168.7.9")).toMatchObject({
      code: 201,
      body: { spec: { clusterIP: "192.168.7.9" } },
    });
    expect((await service("again", "192.168.7.9")).body.message).toContain("provided IP is already allocated");
    expect((await service("network", "192.168.7.0")).body.message).toContain("does not match the current range");
  });

  test("does not go while an address is in it alone, and then gives no more", async () => {
    expect(await call("DELETE", `${RANGES}/more`)).toMatchObject({ code: 200 });
    const { body } = await call("GET", `${RANGES}/more`);
    expect(body.metadata?.deletionTimestamp).toBeDefined();
    expect(body.status?.conditions).toMatchObject([
      {
        type: "Ready",
        status: "False",
        reason: "Terminating",
        message:
          "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR",
      },
    ]);
    expect((await service("refused", "192.168.7.10")).code).toBe(422);
  });

  test("goes with its last address", async () => {
    expect(await call("DELETE", `${SERVICES}/late`)).toMatchObject({ code: 200 });
    await eventually(async () => expect((await call("GET", `${RANGES}/more`)).code).toBe(404));
    expect((await service("refused", "192.168.7.10")).code).toBe(422);
  });

  test("goes at once when another one has its addresses", async () => {
    expect((await range("wide", "192.168.8.0/24")).code).toBe(201);
    expect((await range("narrow", "192.168.8.0/28")).code).toBe(201);
    expect((await service("both", "192.168.8.5")).code).toBe(201);
    expect((await call("DELETE", `${RANGES}/narrow`)).code).toBe(200);
    expect((await call("GET", `${RANGES}/narrow`)).code).toBe(404);
    expect((await service("other", "192.168.8.6")).code).toBe(201);
  });

  test("of the settings does not go while Service kubernetes has its address", async () => {
    expect((await call("DELETE", `${RANGES}/kubernetes`)).code).toBe(200);
    expect((await call("GET", `${RANGES}/kubernetes`)).body.status?.conditions).toMatchObject([{ status: "False" }]);
    // Others still give: one of 192.168.8.0/24.
    const { code, body } = await service("anywhere");
    expect({ code, from: body.spec?.clusterIP?.startsWith("192.168.8.") }).toEqual({ code: 201, from: true });
  });

  test.each<[name: string, cidrs: readonly string[], message: string]>([
    ["none", [], "spec.cidrs: Required value: at least one CIDR required"],
    ["three", ["10.0.0.0/24", "10.0.1.0/24", "fd00::/112"], "may only hold up to 2 values"],
    ["two of a family", ["10.0.0.0/24", "10.0.1.0/24"], "may specify no more than one IP for each IP family"],
    [
      "no range",
      ["10.0.0.300/24"],
      'spec.cidrs[0]: Invalid value: "10.0.0.300/24": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
    ["bits beyond its prefix", ["10.0.0.1/24"], 'must be in canonical form ("10.0.0.0/24")'],
  ])("of %s is refused", async (_, cidrs, message) => {
    const { code, body } = await range("bad", ...cidrs);
    expect(code).toBe(422);
    expect(body.message).toContain(message);
  });

  test("keeps its range, and may get one of the other family", async () => {
    const { body } = await call("GET", `${RANGES}/wide`);
    const put = (cidrs: readonly string[]): Promise<Answer> =>
      call("PUT", `${RANGES}/wide`, { ...body, spec: { cidrs } });
    expect((await put(["192.168.9.0/24"])).body.message).toContain(
      'spec.cidrs: Invalid value: ["192.168.9.0/24"]: field is immutable',
    );
    expect(await put(["192.168.8.0/24", "fd00:8::/112"])).toMatchObject({ code: 200 });
  });
});

describe("an IPAddress", () => {
  test("of a Service comes back when a client takes it away", async () => {
    const before = await call("GET", `${ADDRESSES}/10.96.0.1`);
    expect((await call("DELETE", `${ADDRESSES}/10.96.0.1`)).code).toBe(200);
    const after = await call("GET", `${ADDRESSES}/10.96.0.1`);
    expect(after).toMatchObject({
      code: 200,
      body: { spec: { parentRef: { resource: "services", name: "kubernetes" } } },
    });
    expect(after.body.metadata?.uid).not.toBe(before.body.metadata?.uid);
  });

  test("that a client has made is given to no Service until it is deleted", async () => {
    expect((await call("POST", ADDRESSES, { metadata: { name: "192.168.8.77" }, spec: { parentRef } })).code).toBe(201);
    expect((await service("wants-it", "192.168.8.77")).body.message).toContain("provided IP is already allocated");
    expect((await call("DELETE", `${ADDRESSES}/192.168.8.77`)).code).toBe(200);
    expect((await service("wants-it", "192.168.8.77")).code).toBe(201);
  });

  test("of a Service cannot be made by a client too", async () => {
    expect((await call("POST", ADDRESSES, { metadata: { name: "10.96.0.1" }, spec: { parentRef } })).code).toBe(409);
  });

  test.each<[name: string, object: object, message: string]>([
    [
      "a name that is no address",
      { metadata: { name: "web" }, spec: { parentRef } },
      'metadata.name: Invalid value: "web": ParseAddr("web"): unable to parse IP',
    ],
    [
      "an address in another form",
      { metadata: { name: "fd00:0::1" }, spec: { parentRef } },
      "must be a canonical format IP address",
    ],
    ["no parent", { metadata: { name: "10.0.0.7" }, spec: {} }, "spec.parentRef: Required value"],
    [
      "half a parent",
      { metadata: { name: "10.0.0.7" }, spec: { parentRef: { resource: "services" } } },
      "spec.parentRef.name: Required value",
    ],
    [
      "a parent with a path for a name",
      { metadata: { name: "10.0.0.7" }, spec: { parentRef: { resource: "a/b", name: "c" } } },
      `spec.parentRef.resource: Invalid value: "a/b": may not contain '/'`,
    ],
  ])("with %s is refused", async (_, object, message) => {
    const { code, body } = await call("POST", ADDRESSES, object);
    expect(code).toBe(422);
    expect(body.message).toContain(message);
  });

  test("keeps its parent", async () => {
    const { body } = await call("POST", ADDRESSES, { metadata: { name: "10.0.0.8" }, spec: { parentRef } });
    const changed = await call("PUT", `${ADDRESSES}/10.0.0.8`, {
      ...body,
      spec: { parentRef: { ...parentRef, name: "other" } },
    });
    expect(changed.body.message).toContain("spec.parentRef: Invalid value");
    expect(changed.body.message).toContain("field is immutable");
  });
});

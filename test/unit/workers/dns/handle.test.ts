import { describe, expect, test } from "vitest";
import type { Tables } from "../../../../shared/proxy/tables.ts";
import { handle } from "../../../../workers/dns/handle.ts";
import type { LiveTables } from "../../../../workers/tables.ts";
import { port, service, SERVICES, TABLES, tablesOf } from "../../dns/fixture.ts";
import { hex, queryFor, read, type DecodedMessage } from "../../dns/messages.ts";

/** Tables that need nothing loaded. */
const live = (tables: Tables, rest: Partial<LiveTables> = {}): LiveTables => ({
  ...tables,
  load: () => Promise.resolve(false),
  loadAll: () => Promise.resolve(true),
  recheck: () => Promise.resolve(),
  ...rest,
});

const asked: string[] = [];
const ask = async (path: string, init: RequestInit = {}, tables: LiveTables | null = live(TABLES)): Promise<Response> =>
  handle(new Request(`http://127.0.0.1:8053${path}`, init), {
    tablesOf: (cluster) => {
      asked.push(cluster);
      return tables ?? Promise.resolve(null);
    },
    // A resolver that does not answer.
    askUpstream: () => Promise.resolve(null),
    frontToken: "token",
    refusalFor: ({ headers }) =>
      Promise.resolve(headers.get("authorization") === "no" ? new Response(null, { status: 401 }) : null),
  });

const WEB = "web.shop.svc.cluster.local";
const base64url = (message: Uint8Array): string => Buffer.from(message).toString("base64url");
const GET_WEB = `/dns-query?dns=${base64url(queryFor(WEB, "A", { id: 0 }))}`;
const post = (body: Uint8Array, contentType = "application/dns-message"): RequestInit => ({
  method: "POST",
  body: body as Uint8Array<ArrayBuffer>,
  headers: { "content-type": contentType },
});
const messageOf = async (response: Response): Promise<ReturnType<typeof read>> =>
  read(new Uint8Array(await response.arrayBuffer()));

describe("RFC 8484", () => {
  test("GET", async () => {
    const response = await ask(GET_WEB);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      "access-control-allow-origin": "*",
      "content-type": "application/dns-message",
      "cache-control": "max-age=5",
      "wherry-revision": "41",
    });
    expect(await messageOf(response)).toMatchObject({ id: 0, answers: [{ name: WEB, data: "10.96.0.10" }] });
  });

  test("POST", async () => {
    const response = await ask("/dns-query", post(queryFor(WEB, "A", { id: 9 })));
    expect(await messageOf(response)).toMatchObject({ id: 9, answers: [{ data: "10.96.0.10" }] });
  });

  test("POST without a length", async () => {
    const body = new Blob([queryFor(WEB, "A") as Uint8Array<ArrayBuffer>]).stream();
    const response = await ask("/dns-query", { ...post(hex("")), body, duplex: "half" } as RequestInit);
    expect(await messageOf(response)).toMatchObject({ answers: [{ data: "10.96.0.10" }] });
  });

  test("HEAD has the headers of GET and no body", async () => {
    const [head, get] = [await ask(GET_WEB, { method: "HEAD" }), await ask(GET_WEB)];
    expect(head.headers.get("cache-control")).toBe("max-age=5");
    expect(head.headers.get("content-length")).toBe(String((await get.arrayBuffer()).byteLength));
    expect(await head.text()).toBe("");
  });

  test("other parameters are left alone", async () => {
    expect(await messageOf(await ask(`${GET_WEB}&x=1`))).toMatchObject({ answers: [{ data: "10.96.0.10" }] });
  });

  test("a parameter may be percent-encoded", async () => {
    expect(await messageOf(await ask(GET_WEB.replace("dns=A", "dns=%41")))).toMatchObject({ rcode: "NOERROR" });
  });

  test("every DNS answer is 200, NXDOMAIN and FORMERR too", async () => {
    const denied = await ask("/dns-query", post(queryFor("nothing.shop.svc.cluster.local", "A")));
    expect([denied.status, denied.headers.get("cache-control")]).toEqual([200, "max-age=5"]);
    expect((await messageOf(denied)).rcode).toBe("NXDOMAIN");
    const malformed = await ask("/dns-query", post(hex("beef 0100 0001 0000 0000 0000 c0ff")));
    expect([malformed.status, malformed.headers.get("cache-control")]).toEqual([200, "max-age=0"]);
    expect(await messageOf(malformed)).toMatchObject({ id: 0xbeef, rcode: "FORMERR" });
  });

  test("a media type may have parameters and another case", async () => {
    expect((await ask("/dns-query", post(queryFor(WEB, "A"), "Application/DNS-Message; charset=x"))).status).toBe(200);
  });
});

const NO_ENDPOINT = "/dns-query?dns=";
describe("what is no DNS request", () => {
  test.each<[string, string, RequestInit, number, string]>([
    ["no message", "/dns-query", {}, 400, "give one 'dns' parameter"],
    ["two messages", `${GET_WEB}&dns=AAAA`, {}, 400, "give one 'dns' parameter"],
    ["an empty message", NO_ENDPOINT, {}, 400, "a header of 12 octets"],
    ["padding", `${NO_ENDPOINT}AAABAAABAAAAAAAAA3dlYgAAAQAB==`, {}, 400, "must not be padded"],
    ["the other base64 alphabet", `${NO_ENDPOINT}AAAB+/AB`, {}, 400, "not base64url"],
    ["a length that no octets have", `${NO_ENDPOINT}AAAAA`, {}, 400, "not base64url"],
    [
      "eleven octets",
      `${NO_ENDPOINT}${base64url(hex("1234 0100 0001 0000 0000 00"))}`,
      {},
      400,
      "a header of 12 octets",
    ],
    ["an empty body", "/dns-query", post(hex("")), 400, "a header of 12 octets"],
    [
      "another media type",
      "/dns-query",
      post(queryFor(WEB, "A"), "application/json"),
      415,
      "must be application/dns-message",
    ],
    ["a body of 64 KiB", "/dns-query", post(new Uint8Array(65_536)), 413, "at most 65535 octets"],
    ["another path", "/dns", {}, 404, "no such path"],
    ["a path below", "/dns-query/shop/x", {}, 404, "no such path"],
    ["a namespace that can be none", "/dns-query/Shop_", {}, 404, "no such path"],
    ["a cluster that can be none", "/clusters/A/dns-query", {}, 404, "no such path"],
    ["a cluster without more", "/clusters/a", {}, 404, "no such path"],
    ["another method", "/dns-query", { method: "PUT" }, 405, "use GET, HEAD, POST, OPTIONS"],
    ["POST of JSON", "/resolve", { method: "POST" }, 405, "use GET, HEAD, OPTIONS"],
  ])("%s", async (_sentence, path, init, status, text) => {
    const response = await ask(path, init);
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(text)]);
  });

  test("a body without a length is read no further than it may be", async () => {
    let pulled = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        pulled++;
        controller.enqueue(new Uint8Array(16_384));
      },
    });
    expect((await ask("/dns-query", { ...post(hex("")), body, duplex: "half" } as RequestInit)).status).toBe(413);
    expect(pulled).toBeLessThan(10);
  });

  test("405 and OPTIONS tell the methods", async () => {
    expect((await ask("/dns-query", { method: "DELETE" })).headers.get("allow")).toBe("GET, HEAD, POST, OPTIONS");
    const options = await ask("/resolve", { method: "OPTIONS" });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
  });

  test("415 tells what is accepted", async () => {
    expect((await ask("/dns-query", post(hex("00"), "text/plain"))).headers.get("accept")).toBe(
      "application/dns-message",
    );
  });
});

describe("a browser's script", () => {
  test("may ask from any page: the preflight says so", async () => {
    const { status, headers } = await ask("/dns-query", { method: "OPTIONS" });
    expect([status, Object.fromEntries(headers)]).toMatchObject([
      204,
      {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
        "access-control-allow-headers": "accept, content-type",
      },
    ]);
  });

  test.each<[string, string, RequestInit]>([
    ["a message", GET_WEB, {}],
    ["a message, a second time", GET_WEB, {}],
    ["JSON", `/dns-query?name=${WEB}`, {}],
    ["bad JSON parameters", "/dns-query?name=", {}],
    ["a refusal", "/nowhere", {}],
  ])("may read %s", async (_sentence, path, init) => {
    expect((await ask(path, init)).headers.get("access-control-allow-origin")).toBe("*");
  });
});

describe("Accept", () => {
  test.each<[string, string | null, number]>([
    ["nothing said", null, 200],
    ["the message type", "application/dns-message", 200],
    ["any case, with parameters", "text/html, Application/DNS-Message;q=0.9", 200],
    ["anything", "*/*", 200],
    ["any application type", "application/*", 200],
    ["JSON, for a message that was sent all the same", "application/dns-json", 200],
    ["another type", "text/html", 406],
  ])("%s", async (_sentence, accept, status) => {
    const headers: Record<string, string> = accept === null ? {} : { accept };
    const path = `/dns-query?dns=${base64url(queryFor(`${accept?.length ?? 0}.${WEB}`, "A", { id: 0 }))}`;
    expect((await ask(path, { headers })).status).toBe(status);
    const { body, method } = post(queryFor(WEB, "A"));
    const sent = { ...headers, "content-type": "application/dns-message" };
    expect((await ask("/dns-query", { body: body ?? null, method: method ?? "", headers: sent })).status).toBe(status);
  });
});

describe("what is inside", () => {
  const no = { headers: { authorization: "no" } };

  test("metrics have CoreDNS' names, and count by zone, type and rcode", async () => {
    await ask(GET_WEB);
    await ask("/dns-query", {
      ...post(queryFor(WEB, "A")),
      headers: {
        "content-type": "application/dns-message",
        "wherry-front": "token",
        "x-forwarded-for": "2001:db8::1",
      },
    });
    await ask("/dns-query", post(queryFor("nothing.shop.svc.cluster.local", "SRV")));
    const udp = { "content-type": "application/dns-message", "wherry-front": "token", "wherry-client": "udp 5353" };
    await ask("/dns-query", { ...post(queryFor("example.com", "TLSA")), headers: udp });
    const response = await ask("/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await response.text();
    for (const line of [
      /^coredns_dns_requests_total\{server="https:\/\/:443",zone="\.",view="",proto="tcp",family="1",type="A"\} [1-9]/m,
      /^coredns_dns_requests_total\{server="https:\/\/:443",zone="\.",view="",proto="tcp",family="2",type="A"\} 1$/m,
      /^coredns_dns_requests_total\{server="dns:\/\/:53",zone="\.",view="",proto="udp",family="1",type="other"\} 1$/m,
      /^coredns_dns_responses_total\{server="https:\/\/:443",zone="\.",view="",rcode="NXDOMAIN",plugin="kubernetes"\} [1-9]/m,
      /^coredns_dns_response_size_bytes_bucket\{.*le="100"\} [1-9]/m,
      /^coredns_dns_request_duration_seconds_count\{/m,
      /^coredns_dns_https_responses_total\{server="https:\/\/:443",status="404"\} [1-9]/m,
      /^coredns_panics_total 0$/m,
      /^coredns_build_info\{version="[0-9.]+\+wherry",revision="",goversion=""\} 1$/m,
      /^coredns_plugin_enabled\{server="https:\/\/:443",zone="\.",view="",name="kubernetes"\} 1$/m,
      /^coredns_proxy_healthcheck_failures_total\{proxy_name="forward",to="\/etc\/resolv.conf"\} [1-9]/m,
      /^# TYPE wherry_dns_table_events_total counter$/m,
    ]) {
      expect(text).toMatch(line);
    }
  });

  test("an explanation names each name that was tried", async () => {
    const response = await ask("/dns-explain/db?name=web.shop");
    const { rcode, tries } = (await response.json()) as { rcode: string; tries: { name: string; result: string }[] };
    expect([rcode, tries.map(({ name, result }) => `${name} ${result}`)]).toEqual([
      "NOERROR",
      [
        "web.shop.db.svc.cluster.local. NXDOMAIN: the next name is tried",
        "web.shop.svc.cluster.local. NOERROR: the search ends here",
      ],
    ]);
  });

  test.each(["/metrics", "/dns-explain?name=x"])("%s is for the administrator", async (path) => {
    expect((await ask(path, no)).status).toBe(401);
    expect((await ask(path, { method: "POST" })).status).toBe(405);
  });

  test("an explanation of a bad question is 400, of an unreachable cluster 503", async () => {
    expect((await ask("/dns-explain?name=")).status).toBe(400);
    expect((await ask("/dns-explain?name=x", {}, null)).status).toBe(503);
  });
});

describe("JSON", () => {
  test.each<[string, string, RequestInit]>([
    ["by Accept", `/dns-query?name=${WEB}`, { headers: { accept: "application/dns-json" } }],
    ["by ct", `/dns-query?ct=application/dns-json&name=${WEB}`, {}],
    ["by the name alone", `/dns-query?name=${WEB}&type=A`, {}],
    ["at /resolve", `/resolve?name=${WEB}`, {}],
    ["of a cluster", `/clusters/default/resolve?name=${WEB}`, {}],
  ])("%s", async (_sentence, path, init) => {
    const response = await ask(path, init);
    expect([response.status, response.headers.get("content-type"), response.headers.get("cache-control")]).toEqual([
      200,
      "application/dns-json",
      "max-age=5",
    ]);
    expect(await response.json()).toMatchObject({ Status: 0, Answer: [{ type: 1, data: "10.96.0.10" }] });
  });

  test("Google's names end with a dot", async () => {
    expect(await (await ask(`/resolve?name=${WEB}`)).json()).toMatchObject({ Answer: [{ name: `${WEB}.` }] });
  });

  test("a message goes before a name", async () => {
    const response = await ask(`${GET_WEB}&name=x`, { headers: { accept: "application/dns-json" } });
    expect(response.headers.get("content-type")).toBe("application/dns-message");
  });

  test("a bad parameter is told as JSON", async () => {
    const response = await ask("/dns-query", { headers: { accept: "application/dns-json" } });
    expect([response.status, await response.json()]).toEqual([400, { error: "'name' is missing" }]);
  });

  test("HEAD has a length and no body", async () => {
    const head = await ask(`/resolve?name=${WEB}`, { method: "HEAD" });
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(100);
    expect(await head.text()).toBe("");
  });
});

test("a namespace in the path completes short names", async () => {
  expect(await messageOf(await ask("/dns-query/shop", post(queryFor("web", "A"))))).toMatchObject({
    answers: [
      { name: "web", type: "CNAME", data: WEB },
      { name: WEB, data: "10.96.0.10" },
    ],
  });
  // Elsewhere it is somebody else's, and no resolver answers here.
  expect((await messageOf(await ask("/dns-query", post(queryFor("web", "A"))))).rcode).toBe("SERVFAIL");
});

test("the path says which cluster is asked", async () => {
  asked.length = 0;
  await ask(GET_WEB);
  await ask(`/clusters/blue${GET_WEB}`);
  await ask(`/clusters/green/dns-query/shop?name=web`);
  expect(asked).toEqual(["default", "blue", "green"]);
});

describe("tables that are not there", () => {
  const FAR = queryFor("web.far.svc.cluster.local", "A", { id: 3 });
  const unloaded = tablesOf(SERVICES, ["far"]);
  const loaded = tablesOf([...SERVICES, service("far", "web", ["10.96.9.9"], [port("http", 80)])]);

  test("a namespace is loaded, and the question answered", async () => {
    let current: Tables = unloaded;
    const loads: (string | null)[] = [];
    const tables: LiveTables = {
      get cluster() {
        return current.cluster;
      },
      namespace: (name) => current.namespace(name),
      load: (name) => {
        loads.push(name);
        current = loaded;
        return Promise.resolve(true);
      },
      loadAll: () => Promise.resolve(false),
      recheck: () => Promise.resolve(),
    };
    expect(await messageOf(await ask("/dns-query", post(FAR), tables))).toMatchObject({
      answers: [{ data: "10.96.9.9" }],
    });
    expect(loads).toEqual(["far"]);
  });

  test("a namespace that cannot be loaded is SERVFAIL, and not kept", async () => {
    const response = await ask("/dns-query", post(FAR), live(unloaded));
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "max-age=0"]);
    expect(await messageOf(response)).toMatchObject({
      id: 3,
      rcode: "SERVFAIL",
      questions: [{ name: "web.far.svc.cluster.local" }],
    });
  });

  test("loading without end is given up", async () => {
    let loads = 0;
    const tables = live(unloaded, {
      load: () => {
        loads++;
        return Promise.resolve(true);
      },
    });
    expect((await messageOf(await ask("/dns-query", post(FAR), tables))).rcode).toBe("SERVFAIL");
    expect(loads).toBeLessThan(20);
  });

  test("a cluster that was never seen is SERVFAIL, in JSON too", async () => {
    expect((await messageOf(await ask(GET_WEB, {}, null))).rcode).toBe("SERVFAIL");
    expect(await (await ask(`/resolve?name=${WEB}`, {}, null)).json()).toMatchObject({ Status: 2 });
    expect((await ask("/dns-query", post(hex("12")), null)).status).toBe(400);
  });

  test.each<[string, string, string, readonly (string | null)[]]>([
    ["a missing Service is looked for once more", "/dns-query", "new.shop.svc.cluster.local", ["shop"]],
    ["a missing namespace is looked for once more", "/dns-query", "web.newns.svc.cluster.local", ["newns"]],
    ["a missing short name is looked for once more", "/dns-query/shop", "new", ["shop"]],
    ["a name that is there is not", "/dns-query", WEB, []],
    ["a name that is too long to exist is not", "/dns-query", `a.b.c.${WEB}`, []],
    ["somebody else's name is not", "/dns-query", "example.com", []],
  ])("%s", async (_sentence, path, name, expected) => {
    const rechecked: (string | null)[] = [];
    const recheck = (namespace: string | null): Promise<void> => Promise.resolve(void rechecked.push(namespace));
    await ask(path, post(queryFor(name, "A")), live(TABLES, { recheck }));
    await ask(`${path}?name=${name}`, {}, live(TABLES, { recheck }));
    expect(rechecked).toEqual([...expected, ...expected]);
  });

  test("what was created a moment ago is found by looking once more", async () => {
    let current: Tables = TABLES;
    const tables: LiveTables = {
      get cluster() {
        return current.cluster;
      },
      namespace: (name) => current.namespace(name),
      load: () => Promise.resolve(false),
      loadAll: () => Promise.resolve(false),
      recheck: () => {
        current = tablesOf([...SERVICES, service("shop", "new", ["10.96.7.7"], [port("http", 80)])]);
        return Promise.resolve();
      },
    };
    expect(
      await messageOf(await ask("/dns-query", post(queryFor("new.shop.svc.cluster.local", "A")), tables)),
    ).toMatchObject({ answers: [{ data: "10.96.7.7" }] });
  });
});

describe("answers that are kept by URL", () => {
  const at = (revision: number, address: string): LiveTables => {
    const tables = tablesOf([service("shop", "moved", [address], [port("http", 80)])]);
    const table = tables.namespace("shop");
    return live({ ...tables, namespace: () => (table === undefined ? undefined : { ...table, revision }) });
  };
  const url = `/dns-query?dns=${base64url(queryFor("moved.shop.svc.cluster.local", "A", { id: 0 }))}`;
  const addressAt = async (tables: LiveTables, path = url): Promise<unknown> =>
    (await messageOf(await ask(path, {}, tables))).answers[0]?.data;

  test("one is given again while its table is at the same revision, and no longer", async () => {
    const first = at(7, "10.96.1.1");
    expect(await addressAt(first)).toBe("10.96.1.1");
    const noLookup = live({
      ...first,
      namespace: () => ({ revision: 7 }) as unknown as ReturnType<Tables["namespace"]>,
    });
    expect(await addressAt(noLookup)).toBe("10.96.1.1");
    expect(await addressAt(at(8, "10.96.2.2"))).toBe("10.96.2.2");
  });

  test("several addresses stand in another order each time, and are those of the table", async () => {
    const path = `/dns-query?dns=${base64url(queryFor("kafka.db.svc.cluster.local", "A", { id: 0 }))}`;
    const firsts = new Set<string>();
    const sets = new Set<string>();
    for (let i = 0; i < 100; i++) {
      const data = (await messageOf(await ask(path))).answers.map((answer) => String(answer.data));
      firsts.add(data[0] ?? "");
      sets.add(data.sort().join(" "));
    }
    expect([...firsts].sort()).toEqual(["10.244.2.1", "10.244.2.2"]);
    expect([...sets]).toEqual(["10.244.2.1 10.244.2.2"]);
  });

  test("the networks that a Corefile prefers stay in front", async () => {
    const corefile = ".:53 {\n kubernetes cluster.local\n loadbalance round_robin {\n prefer 10.244.2.2/32\n }\n}\n";
    const { cluster } = TABLES;
    const tables = live({ ...TABLES, cluster: { ...cluster, facts: { ...cluster.facts, corefile } } });
    const path = `/dns-query?dns=${base64url(queryFor("kafka.db.svc.cluster.local", "A", { id: 0 }))}`;
    for (let i = 0; i < 20; i++) {
      const { answers } = await messageOf(await ask(path, {}, tables));
      expect(answers.map(({ data }) => data)).toEqual(["10.244.2.2", "10.244.2.1"]);
    }
  });

  test("it has the headers of a new one", async () => {
    const [first, second] = [await ask(GET_WEB), await ask(GET_WEB)];
    expect(Object.fromEntries(second.headers)).toEqual(Object.fromEntries(first.headers));
  });

  test("one whose table is not fresh is made anew", async () => {
    const tables = at(9, "10.96.3.3");
    expect(await addressAt(tables)).toBe("10.96.3.3");
    expect(await addressAt(live({ ...tables, namespace: () => undefined }))).toBeUndefined();
  });

  test("one whose URL is long enough to fill the memory with is made anew", async () => {
    const long = `${url}&padding=${"x".repeat(512)}`;
    expect(await addressAt(at(9, "10.96.3.4"), long)).toBe("10.96.3.4");
    expect(await addressAt(at(9, "10.96.3.5"), long)).toBe("10.96.3.5");
  });

  test("another cluster has its own", async () => {
    expect(await addressAt(at(10, "10.96.4.4"))).toBe("10.96.4.4");
    expect(await addressAt(at(10, "10.96.5.5"), `/clusters/other${url}`)).toBe("10.96.5.5");
  });
});

describe("answers that are kept by message", () => {
  /** One cluster, as the configuration that its answers are kept for; what it is at changes. */
  const now = { namespace: 7, cluster: 1, address: "10.96.1.1" };
  const { facts, ...cluster } = TABLES.cluster;
  const tables = live({
    cluster: {
      ...cluster,
      facts,
      get revision() {
        return now.cluster;
      },
    },
    namespace: () => {
      const table = tablesOf([service("shop", "posted", [now.address], [port("http", 80)])]).namespace("shop");
      return table === undefined ? undefined : { ...table, revision: now.namespace };
    },
  });
  const send = async (type: string, id = 7): Promise<DecodedMessage> =>
    messageOf(await ask("/dns-query", post(queryFor("posted.shop.svc.cluster.local", type, { id })), tables));

  test("one is given again while its table is at the same revision, with the ID of its own question, and no longer", async () => {
    expect(await send("A", 1)).toMatchObject({ id: 1, answers: [{ data: "10.96.1.1" }] });
    now.address = "10.96.2.2";
    now.cluster++;
    expect(await send("A", 0xbeef)).toMatchObject({ id: 0xbeef, answers: [{ data: "10.96.1.1" }] });
    now.namespace++;
    expect(await send("A", 2)).toMatchObject({ id: 2, answers: [{ data: "10.96.2.2" }] });
  });

  test("a denial's serial is that of the cluster's table", async () => {
    const serials: unknown[] = [];
    for (const revision of [100, 100, 101]) {
      now.cluster = revision;
      serials.push((await send("AAAA")).authorities[0]?.data);
    }
    expect(serials).toMatchObject([{ serial: 100 }, { serial: 100 }, { serial: 101 }]);
  });
});

test("what a client says of itself is believed of the agent alone", async () => {
  const headers = { "content-type": "application/dns-message", "wherry-client": "udp 53", "x-forwarded-for": "::1" };
  const told = async (front: string, type: string): Promise<string> => {
    await ask("/dns-query", { ...post(queryFor(WEB, type)), headers: { ...headers, "wherry-front": front } });
    return (await ask("/metrics")).text();
  };
  const counted = 'proto="udp",family="2",type="MX"} 1';
  expect(await told("guess", "MX")).not.toContain(counted);
  expect(await told("token", "MX")).toContain(counted);
});

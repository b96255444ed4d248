import { describe, expect, test } from "vitest";
import { port, endpoint, service, soa, tablesOf } from "../fixture.ts";
import { serve, type Server } from "./harness.ts";

const KUBERNETES =
  "kubernetes cluster.local in-addr.arpa ip6.arpa {\n pods insecure\n fallthrough in-addr.arpa ip6.arpa\n}";
const WEB = "web.shop.svc.cluster.local";
const address = (name: string, to: string, ttl = 5): string => `${name}. ${ttl} IN A ${to}`;

describe("server blocks", () => {
  const server = serve(`example.org {\n hosts {\n 1.1.1.1 a.example.org\n }\n}
    sub.example.org {\n hosts {\n 2.2.2.2 a.sub.example.org\n }\n}`);
  test.each([
    ["the longest zone answers", "a.sub.example.org", ["NOERROR aa", address("a.sub.example.org", "2.2.2.2", 3600)]],
    ["its parent answers for the others", "a.example.org", ["NOERROR aa", address("a.example.org", "1.1.1.1", 3600)]],
    ["a name of no zone is refused", "a.example.com", ["REFUSED"]],
  ])("%s", (_sentence, name, expected) => {
    expect(server.dig(name)).toEqual(expected);
  });

  test("a server without a plugin that answers fails", () => {
    expect(serve(". {\n errors\n}").dig("a.example")).toEqual(["SERVFAIL"]);
  });
});

describe("kubernetes", () => {
  const dig = (options: string, name: string, type = "A", tables?: Parameters<typeof tablesOf>[0]): readonly string[] =>
    serve(
      `. {\n kubernetes cluster.local in-addr.arpa {\n ${options}\n }\n}`,
      undefined,
      tables && tablesOf(tables),
    ).dig(name, type);
  const pods = [
    service("shop", "web", ["10.96.0.10"], [port("http", 80, [endpoint("10.244.1.2", 8080, { podName: "web-0" })])]),
    service("shop", "idle", ["10.96.0.11"], [port("http", 80)]),
    service("shop", "peers", [], [port("http", 80, [endpoint("10.244.1.2", 8080, { podName: "web-0" })])]),
  ];

  test.each([
    ["ttl is the records'", "ttl 60", WEB, [address(WEB, "10.96.0.10", 60)]],
    ["namespaces shows those", "namespaces shop", WEB, [address(WEB, "10.96.0.10")]],
    [
      "an idle Service answers",
      "",
      "idle.shop.svc.cluster.local",
      [address("idle.shop.svc.cluster.local", "10.96.0.11")],
    ],
    [
      "endpoint_pod_names names endpoints after Pods",
      "endpoint_pod_names",
      "web-0.peers.shop.svc.cluster.local",
      [address("web-0.peers.shop.svc.cluster.local", "10.244.1.2")],
    ],
  ])("%s", (_sentence, options, name, answers) => {
    expect(dig(options, name, "A", pods)).toEqual(["NOERROR aa", ...answers]);
  });

  test.each([
    ["namespaces hides the others", "namespaces db", WEB],
    ["ignore empty_service hides what has no endpoint", "ignore empty_service", "idle.shop.svc.cluster.local"],
    ["noendpoints leaves headless Services empty", "noendpoints", "peers.shop.svc.cluster.local"],
    ["pods are off by default", "", "10-244-1-2.shop.pod.cluster.local"],
    ["without endpoint_pod_names a Pod's name is none", "", "web-0.peers.shop.svc.cluster.local"],
  ])("%s", (_sentence, options, name) => {
    expect(dig(options, name, "A", pods)).toEqual(["NXDOMAIN aa", soa("cluster.local.")]);
  });

  test("namespaces hides a hidden Service's address", () => {
    expect(dig("namespaces db", "10.0.96.10.in-addr.arpa", "PTR", pods)[0]).toBe("NXDOMAIN aa");
    expect(dig("", "10.0.96.10.in-addr.arpa", "PTR", pods)[1]).toBe(`10.0.96.10.in-addr.arpa. 5 IN PTR ${WEB}.`);
  });

  test("another zone than the cluster's is as good", () => {
    const server = serve(". {\n kubernetes k8s.example\n}");
    expect(server.dig("web.shop.svc.k8s.example")).toEqual([
      "NOERROR aa",
      address("web.shop.svc.k8s.example", "10.96.0.10"),
    ]);
    expect(server.dig(WEB)).toEqual(["SERVFAIL"]);
  });

  test("a reverse zone that is not its own is passed on", () => {
    const server = serve(`. {\n kubernetes cluster.local 10.96.0.0/16\n forward . 9.9.9.9\n}`);
    expect(server.dig("10.0.96.10.in-addr.arpa", "PTR")[0]).toBe("NOERROR aa");
    server.dig("1.1.168.192.in-addr.arpa", "PTR");
    expect(server.sent[0]).toBe("9.9.9.9 1.1.168.192.in-addr.arpa");
  });

  test("an alias out of the cluster has its target's addresses, and stands alone when they cannot be had", () => {
    const tables = tablesOf([
      service("shop", "ext", [], [], { type: "ExternalName", externalName: "www.example.org" }),
    ]);
    const name = "ext.shop.svc.cluster.local";
    const alias = `${name}. 5 IN CNAME www.example.org.`;
    const corefile = `. {\n ${KUBERNETES}\n forward . 9.9.9.9\n}`;
    expect(serve(corefile, () => ({ address: "1.2.3.4" }), tables).dig(name)).toEqual([
      "NOERROR aa",
      alias,
      address("www.example.org", "1.2.3.4", 300),
    ]);
    expect(serve(corefile, () => null, tables).dig(name)).toEqual(["NOERROR aa", alias]);
  });

  test("an alias that leads back to itself by way of another server ends", () => {
    const tables = tablesOf([service("shop", "ext", [], [], { type: "ExternalName", externalName: "loop.example" })]);
    const server = serve(
      `. {\n rewrite name loop.example ext.shop.svc.cluster.local\n ${KUBERNETES}\n}`,
      undefined,
      tables,
    );
    expect(server.dig("ext.shop.svc.cluster.local")[0]).toBe("NOERROR aa");
  });
});

describe("forward", () => {
  const names = (server: Server): readonly string[] => server.sent.map((line) => line.split(" ")[0] ?? "");

  test("an answer is passed on, with RA and without AA", () => {
    const server = serve(". {\n forward . 9.9.9.9\n}", () => ({ address: "1.2.3.4" }));
    expect(server.dig("a.example")).toEqual(["NOERROR", address("a.example", "1.2.3.4", 300)]);
  });

  test.each([
    ["1.1.1.1", { kind: "dns", address: "1.1.1.1", port: 53, forceTcp: false }],
    ["1.1.1.1:5353", { kind: "dns", address: "1.1.1.1", port: 5353, forceTcp: false }],
    ["[::1]:5353", { kind: "dns", address: "::1", port: 5353, forceTcp: false }],
    ["2606:4700::1111", { kind: "dns", address: "2606:4700::1111", port: 53, forceTcp: false }],
    ["tls://9.9.9.9", { kind: "tls", address: "9.9.9.9", port: 853, serverName: null }],
    ["tls://9.9.9.9%dns.quad9.net", { kind: "tls", address: "9.9.9.9", port: 853, serverName: "dns.quad9.net" }],
    ["https://dns.example", { kind: "https", url: "https://dns.example/dns-query", method: "POST" }],
    ["https://dns.example/q", { kind: "https", url: "https://dns.example/q", method: "POST" }],
    ["/etc/resolv.conf", { kind: "resolvConf" }],
  ])("to %s", (to, upstream) => {
    let seen: unknown = null;
    serve(`. {\n forward . ${to}\n}`, (_question, step) => ((seen = step.upstream), { address: "1.2.3.4" })).dig(
      "a.example",
    );
    expect(seen).toEqual(upstream);
  });

  test("a resolver that does not answer is followed by the next, and after all of them comes SERVFAIL", () => {
    const corefile = ". {\n errors\n forward . 9.9.9.1 9.9.9.2 {\n policy sequential\n }\n}";
    const second = serve(corefile, (_question, { upstream }) =>
      upstream.kind === "dns" && upstream.address === "9.9.9.2" ? { address: "1.2.3.4" } : null,
    );
    expect(second.dig("a.example")[0]).toBe("NOERROR");
    expect(names(second)).toEqual(["9.9.9.1", "9.9.9.2"]);
    const dead = serve(corefile);
    expect(dead.dig("a.example")).toEqual(["SERVFAIL"]);
    expect(names(dead)).toEqual(["9.9.9.1", "9.9.9.2", "9.9.9.1", "9.9.9.2"]);
    expect(dead.logged).toEqual(["[ERROR] plugin/errors: 2 a.example. A: 9.9.9.2:53: i/o timeout"]);
  });

  test("no question takes longer than five seconds", () => {
    const server = serve(". {\n forward . 9.9.9.1 9.9.9.2 9.9.9.3\n}", (_question, step) => {
      server.now += step.timeoutMilliseconds;
      return null;
    });
    const startedAt = server.now;
    expect(server.dig("a.example")).toEqual(["SERVFAIL"]);
    expect(server.now - startedAt).toBe(5_000);
  });

  test("one that fails again and again is left out, until it is time to try it again", () => {
    const server = serve(
      ". {\n forward . 9.9.9.1 9.9.9.2 {\n policy sequential\n max_fails 1\n }\n}",
      (_question, { upstream }) =>
        upstream.kind === "dns" && upstream.address === "9.9.9.2" ? { address: "1.2.3.4" } : null,
    );
    for (let i = 0; i < 3; i++) server.dig("a.example");
    expect(names(server)).toEqual(["9.9.9.1", "9.9.9.2", "9.9.9.1", "9.9.9.2", "9.9.9.2"]);
    server.now += 500;
    server.dig("a.example");
    expect(names(server).slice(5)).toEqual(["9.9.9.1", "9.9.9.2"]);
  });

  test("round_robin takes turns", () => {
    const server = serve(". {\n forward . 9.9.9.1 9.9.9.2 {\n policy round_robin\n }\n}", () => ({
      address: "1.2.3.4",
    }));
    for (let i = 0; i < 3; i++) server.dig("a.example");
    expect(names(server)).toEqual(["9.9.9.1", "9.9.9.2", "9.9.9.1"]);
  });

  test("except and a zone leave names to the next stanza", () => {
    const server = serve(
      ". {\n forward example.org 9.9.9.1 {\n except private.example.org\n }\n forward . 9.9.9.2\n}",
      () => ({ address: "1.2.3.4" }),
    );
    for (const name of ["a.example.org", "a.private.example.org", "a.example.com"]) server.dig(name);
    expect(names(server)).toEqual(["9.9.9.1", "9.9.9.2", "9.9.9.2"]);
  });

  test("failover goes on from these codes", () => {
    const server = serve(
      ". {\n forward . 9.9.9.1 9.9.9.2 {\n policy sequential\n failover NXDOMAIN\n }\n}",
      () => ({}),
    );
    expect(server.dig("a.example")[0]).toBe("NXDOMAIN");
    expect(names(server)).toEqual(["9.9.9.1", "9.9.9.2"]);
  });

  test("zones are not transferred", () => {
    expect(serve(". {\n forward . 9.9.9.9\n}").dig("a.example", "AXFR")).toEqual(["REFUSED"]);
  });

  test("what answers another question is not passed on", () => {
    const server = serve(". {\n forward . 9.9.9.9\n}", (question) => {
      (question as { name: readonly string[] }).name = ["other"];
      return { address: "1.2.3.4" };
    });
    expect(server.dig("a.example")).toEqual(["FORMERR"]);
  });
});

describe("cache", () => {
  const upstream =
    (ttl: number): Parameters<typeof serve>[1] =>
    () => ({ address: "1.2.3.4", ttl });

  test("an answer is kept, its TTL counts down, and at its end it is asked for again", () => {
    const server = serve(". {\n cache 30\n forward . 9.9.9.9\n}", upstream(300));
    expect(server.dig("a.example")).toEqual(["NOERROR", address("a.example", "1.2.3.4", 30)]);
    server.now += 10_000;
    expect(server.dig("A.example")).toEqual(["NOERROR aa", address("a.example", "1.2.3.4", 20)]);
    server.now += 20_000;
    expect(server.dig("a.example")).toEqual(["NOERROR", address("a.example", "1.2.3.4", 30)]);
    expect(server.sent).toHaveLength(2);
  });

  test.each([
    ["keepttl gives the first TTL", "keepttl", 30],
    ["success caps", "success 100 20", 10],
    ["a small TTL is raised to the least", "success 100 60 40", 30],
  ])("%s", (_sentence, option, ttl) => {
    const server = serve(
      `. {\n cache 30 {\n ${option}\n }\n forward . 9.9.9.9\n}`,
      upstream(option.endsWith("40") ? 1 : 300),
    );
    server.dig("a.example");
    server.now += 10_000;
    expect(server.dig("a.example")[1]).toBe(address("a.example", "1.2.3.4", ttl));
  });

  test("disable keeps nothing of a zone", () => {
    const server = serve(". {\n cache 30 {\n disable success example\n }\n forward . 9.9.9.9\n}", upstream(300));
    for (const name of ["a.example", "a.example", "a.org", "a.org"]) server.dig(name);
    expect(server.sent).toHaveLength(3);
  });

  test("a failure is kept for five seconds, or as long as servfail says", () => {
    const corefile = (more: string): string => `. {\n cache 30 {\n ${more}\n }\n forward . 9.9.9.9\n}`;
    const kept = serve(corefile("servfail 2s"));
    kept.dig("a.example");
    kept.dig("a.example");
    expect(kept.sent).toHaveLength(2);
    kept.now += 2_000;
    kept.dig("a.example");
    expect(kept.sent).toHaveLength(4);
    const unkept = serve(corefile("servfail 0"));
    unkept.dig("a.example");
    unkept.dig("a.example");
    expect(unkept.sent).toHaveLength(4);
  });

  test("NXDOMAIN without an SOA is not kept", () => {
    const server = serve(". {\n cache 30\n forward . 9.9.9.9\n}", () => ({}));
    server.dig("a.example");
    server.dig("a.example");
    expect(server.sent).toHaveLength(2);
  });

  test("serve_stale gives an old answer while the resolver is down", () => {
    let up = true;
    const server = serve(". {\n cache 30 {\n serve_stale 1h verify\n }\n forward . 9.9.9.9\n}", () =>
      up ? { address: "1.2.3.4", ttl: 30 } : null,
    );
    server.dig("a.example");
    up = false;
    server.now += 60_000;
    expect(server.dig("a.example")).toEqual(["NOERROR aa", address("a.example", "1.2.3.4", 0)]);
    server.now += 3_600_000;
    expect(server.dig("a.example")).toEqual(["SERVFAIL"]);
  });

  test("the oldest goes when it is full", () => {
    const server = serve(". {\n cache 30 {\n success 2\n }\n forward . 9.9.9.9\n}", upstream(300));
    for (const name of ["a.example", "b.example", "c.example", "c.example", "b.example", "a.example"]) server.dig(name);
    expect(server.sent).toHaveLength(4);
  });

  test("answers of the cluster's zone last as long as its tables only if they are not cached", () => {
    const lasts = (cache: string): boolean =>
      serve(`. {\n ${KUBERNETES}\n ${cache}\n forward . 9.9.9.9\n}`).configuration.lasts(WEB.split("."));
    expect(lasts("cache 30")).toBe(false);
    expect(lasts("cache 30 {\n disable success cluster.local\n }")).toBe(true);
    expect(lasts("cache 30 example.org")).toBe(true);
    expect(lasts("log")).toBe(false);
  });
});

describe("hosts", () => {
  const server = serve(`. {
    hosts {
      10.0.0.1 a.example b.example
      10.0.0.2 a.example
      fd00::1 a.example
      10.0.0.3 *.wild.example __proto__.example
      not-an-address c.example
      fallthrough example.org
      ttl 60
    }
    forward . 9.9.9.9
  }`);
  test.each([
    [
      "every address of a name",
      "A.example",
      "A",
      ["NOERROR aa", address("A.example", "10.0.0.1", 60), address("A.example", "10.0.0.2", 60)],
    ],
    ["IPv6", "a.example", "AAAA", ["NOERROR aa", "a.example. 60 IN AAAA fd00::1"]],
    ["another type of a name that is there is NODATA", "b.example", "AAAA", ["NOERROR aa"]],
    [
      "PTR",
      "1.0.0.10.in-addr.arpa",
      "PTR",
      ["NOERROR aa", "1.0.0.10.in-addr.arpa. 60 IN PTR a.example.", "1.0.0.10.in-addr.arpa. 60 IN PTR b.example."],
    ],
    ["a wildcard", "x.wild.example", "A", ["NOERROR aa", address("x.wild.example", "10.0.0.3", 60)]],
    [
      "a name that objects have",
      "__proto__.example",
      "A",
      ["NOERROR aa", address("__proto__.example", "10.0.0.3", 60)],
    ],
    ["a name that is not there, without fallthrough", "c.example", "A", ["SERVFAIL"]],
  ])("%s", (_sentence, name, type, expected) => {
    expect(server.dig(name, type)).toEqual(expected);
  });

  test("fallthrough passes on the names of its zones", () => {
    server.dig("nothing.example.org");
    expect(server.sent[0]).toBe("9.9.9.9 nothing.example.org");
  });

  test("no_reverse has no PTR", () => {
    const plain = serve(". {\n hosts {\n 10.0.0.1 a.example\n no_reverse\n }\n forward . 9.9.9.9\n}");
    plain.dig("1.0.0.10.in-addr.arpa", "PTR");
    expect(plain.sent[0]).toBe("9.9.9.9 1.0.0.10.in-addr.arpa");
  });
});

describe("rewrite", () => {
  const dig = (rules: string, name: string, type = "A"): readonly string[] =>
    serve(`. {\n ${rules}\n ${KUBERNETES}\n forward . 9.9.9.9\n}`, () => ({ address: "1.2.3.4" })).dig(name, type);
  const answered = (name: string, ttl = 5): readonly string[] => ["NOERROR aa", address(name, "10.96.0.10", ttl)];

  test.each([
    ["exact, undone in the answer", `rewrite name web.example ${WEB}`, "web.example", answered("web.example")],
    ["in the case of the question", `rewrite name web.example ${WEB}`, "Web.Example", answered("Web.Example")],
    [
      "exact leaves others alone",
      `rewrite name exact web.example ${WEB}`,
      "www.web.example",
      ["NOERROR", address("www.web.example", "1.2.3.4", 300)],
    ],
    [
      "suffix with answer auto",
      "rewrite name suffix .example .shop.svc.cluster.local answer auto",
      "web.example",
      answered("web.example"),
    ],
    ["suffix without", "rewrite name suffix .example .shop.svc.cluster.local", "web.example", answered(WEB)],
    ["prefix", "rewrite name prefix www- web.", "www-shop.svc.cluster.local", answered("web.shop.svc.cluster.local")],
    [
      "substring",
      "rewrite name substring market shop answer auto",
      "web.market.svc.cluster.local",
      answered("web.market.svc.cluster.local"),
    ],
    ["regex", "rewrite name regex (.*)\\.(.*)\\.example {1}.{2}.svc.cluster.local", "web.shop.example", answered(WEB)],
    [
      "regex with an answer rule",
      "rewrite stop {\n name regex (.*)\\.example {1}.shop.svc.cluster.local\n answer name (.*)\\.shop\\.svc\\.cluster\\.local {1}.example\n }",
      "web.example",
      answered("web.example"),
    ],
    [
      "regex with Go's flags and classes",
      "rewrite name regex (?U)^([[:alpha:]]+)\\..*$ {1}.shop.svc.cluster.local",
      "web.x.example",
      answered(WEB),
    ],
    [
      "regex that would make others go back for ever",
      `rewrite name regex ^(x+x+)+y$ ${WEB}\n rewrite name exact ${"x".repeat(60)}.example ${WEB}`,
      `${"x".repeat(60)}.example`,
      answered(`${"x".repeat(60)}.example`),
    ],
    ["ttl", `rewrite ttl ${WEB} 77`, WEB, answered(WEB, 77)],
    ["ttl within a range", `rewrite ttl suffix svc.cluster.local 2-3`, WEB, answered(WEB, 3)],
    [
      "continue goes on to the next rule",
      `rewrite continue name web.example ${WEB}\n rewrite ttl ${WEB} 9`,
      "web.example",
      answered("web.example", 9),
    ],
    [
      "stop does not",
      `rewrite stop name web.example ${WEB}\n rewrite ttl ${WEB} 9`,
      "web.example",
      answered("web.example"),
    ],
  ])("%s", (_sentence, rules, name, expected) => {
    expect(dig(rules, name)).toEqual(expected);
  });

  test("type", () => {
    expect(dig("rewrite type AAAA A", WEB, "AAAA")).toEqual(answered(WEB));
  });

  test("rcode", () => {
    const name = "nothing.shop.svc.cluster.local";
    expect(dig(`rewrite rcode ${name} NXDOMAIN NOERROR`, name)[0]).toBe("NOERROR aa");
    expect(dig(`rewrite rcode other.example NXDOMAIN NOERROR`, name)[0]).toBe("NXDOMAIN aa");
  });

  test("what makes no name fails", () => {
    expect(dig("rewrite name regex (.*)\\.example ..{1}", "a.example")).toEqual(["SERVFAIL"]);
  });

  test("answer value changes what a record points to", () => {
    const rules =
      "rewrite name suffix .example .cluster.local answer auto answer value (.*)\\.shop\\.svc\\.cluster\\.local {1}.example";
    expect(dig(rules, "_http._tcp.web.shop.svc.example", "SRV").join("\n")).not.toContain("cluster.local");
  });
});

describe("autopath", () => {
  const corefile = (pods: string): string =>
    `. {\n autopath @kubernetes\n kubernetes cluster.local {\n pods ${pods}\n }\n forward . 9.9.9.9\n}`;
  const outside = (): { readonly address: string } => ({ address: "1.2.3.4" });
  const name = "www.example.org.shop.svc.cluster.local";

  test("the first name of a Pod's search path is looked for along all of it", () => {
    const server = serve(corefile("verified"), outside);
    expect(server.dig(name, "A", { namespace: "shop" })).toEqual([
      "NOERROR",
      `${name}. 300 IN CNAME www.example.org.`,
      address("www.example.org", "1.2.3.4", 300),
    ]);
  });

  test("a name that is there needs no path", () => {
    const found = serve(corefile("verified"), outside).dig(WEB, "A", { namespace: "shop" });
    expect(found).toEqual(["NOERROR aa", address(WEB, "10.96.0.10")]);
  });

  test.each([
    ["nobody knows the Pod", "verified", null],
    ["Pods are not verified", "insecure", "shop"],
    ["it is another namespace's first name", "verified", "db"],
  ])("is not walked when %s", (_sentence, pods, namespace) => {
    expect(serve(corefile(pods), outside).dig(name, "A", { namespace })[0]).toBe("NXDOMAIN aa");
  });
});

describe("acl", () => {
  const server = serve(`. {
    acl cluster.local {
      allow net 10.244.0.0/16
      filter type AAAA
      block net 192.168.0.0/16 10.0.0.9
    }
    ${KUBERNETES}
  }`);
  test.each([
    ["an allowed network", "10.244.1.1", "A", "NOERROR aa"],
    ["a blocked network", "192.168.1.1", "A", "REFUSED"],
    ["a blocked address", "10.0.0.9", "A", "REFUSED"],
    ["a filtered type", "127.0.0.1", "AAAA", "NOERROR"],
    ["whom no rule names", "127.0.0.1", "A", "NOERROR aa"],
  ])("%s", (_sentence, from, type, code) => {
    expect(server.dig(WEB, type, { address: from })[0]).toBe(code);
  });
});

describe("the small ones", () => {
  test.each([
    ["any", ". {\n any\n}", "a.example", "ANY", ["NOERROR", 'a.example. 8482 IN HINFO "ANY obsoleted" "See RFC 8482"']],
    [
      "chaos' version",
      ". {\n chaos Test-1 me you\n}",
      "version.bind",
      "TXT",
      ["NOERROR", 'version.bind. 0 CH TXT "Test-1"'],
    ],
    [
      "chaos' authors",
      ". {\n chaos Test-1 you me\n}",
      "authors.bind",
      "TXT",
      ["NOERROR", 'authors.bind. 0 CH TXT "me"', 'authors.bind. 0 CH TXT "you"'],
    ],
    ["without chaos its class is refused", ". {\n whoami\n}", "version.bind", "TXT", ["REFUSED"]],
    [
      "whoami",
      ". {\n whoami\n}",
      "a.example",
      "A",
      ["NOERROR aa", "additional: a.example. 0 IN A 127.0.0.1", "additional: _udp.a.example. 0 IN SRV 0 0 5353 ."],
    ],
    ["local", ". {\n local\n}", "x.localhost", "A", ["NOERROR", "x.localhost. 604800 IN A 127.0.0.1"]],
    [
      "local's reverse",
      ". {\n local\n}",
      "1.0.0.127.in-addr.arpa",
      "PTR",
      ["NOERROR", "1.0.0.127.in-addr.arpa. 604800 IN PTR localhost."],
    ],
  ])("%s", (_name, corefile, name, type, expected) => {
    expect(serve(corefile).dig(name, type)).toEqual(expected);
  });

  test("minimal leaves out what was not asked for, but not a denial's SOA", () => {
    const server = serve(`. {\n minimal\n ${KUBERNETES}\n}`);
    const name = "_http._tcp.web.shop.svc.cluster.local";
    expect(serve(`. {\n ${KUBERNETES}\n}`).dig(name, "SRV").join("\n")).toContain("additional:");
    expect(server.dig(name, "SRV").join("\n")).not.toContain("additional:");
    expect(server.dig("nothing.shop.svc.cluster.local")).toContain(soa("cluster.local."));
  });

  test("loadbalance puts aliases first and mixes addresses", () => {
    const dig = (lines: string): readonly string[] =>
      serve(`. {\n ${lines}\n hosts {\n 10.0.0.1 a.example\n 10.1.0.2 a.example\n 10.0.0.3 a.example\n }\n}`)
        .dig("a.example")
        .slice(1);
    const lines = (...octets: readonly string[]): readonly string[] =>
      octets.map((to) => address("a.example", to, 3600));
    expect(dig("")).toEqual(lines("10.0.0.1", "10.1.0.2", "10.0.0.3"));
    expect([...dig("loadbalance")].sort()).toEqual([...lines("10.0.0.1", "10.0.0.3", "10.1.0.2")].sort());
    expect(dig("loadbalance round_robin {\n prefer 10.1.0.0/16\n }")[0]).toBe(address("a.example", "10.1.0.2", 3600));
  });
});

describe("log and errors", () => {
  test("a line as CoreDNS prints it", () => {
    const server = serve(`. {\n log\n ${KUBERNETES}\n}`);
    server.dig(WEB);
    expect(server.logged).toEqual([`[INFO] 127.0.0.1:5353 - 7 "A IN ${WEB}. udp 40 false 512" NOERROR qr,aa,rd 60 0s`]);
  });

  test("only of the classes asked for, in the format asked for", () => {
    const server = serve(`. {\n log . "{name} {rcode} {nonsense}" {\n class denial error\n }\n ${KUBERNETES}\n}`);
    server.dig(WEB);
    server.dig("nothing.shop.svc.cluster.local");
    expect(server.logged).toEqual(["[INFO] nothing.shop.svc.cluster.local. NXDOMAIN -"]);
  });

  test("failures alike are counted", () => {
    const server = serve(". {\n errors {\n consolidate 5m timeout\n }\n forward . 9.9.9.9\n}");
    for (let i = 0; i < 3; i++) server.dig("a.example");
    expect(server.logged).toEqual([]);
    server.now += 300_000;
    server.dig("a.example");
    expect(server.logged).toEqual(["[ERROR] plugin/errors: 3 errors like 'timeout' occurred in last 300s"]);
  });
});

describe("k8s_external", () => {
  const tables = tablesOf([
    service("shop", "web", ["10.96.0.10"], [port("http", 80)], { externalAddresses: ["203.0.113.7"] }),
    service("shop", "peers", [], [port("http", 80, [endpoint("10.244.1.2", 8080)])]),
    service("db", "sql", ["10.96.0.20"], [port("sql", 5432)], { externalAddresses: ["203.0.113.8"] }),
  ]);
  const dig = (options: string, name: string, kubernetes = KUBERNETES, rest = ""): readonly string[] =>
    serve(`. {\n ${kubernetes}\n k8s_external example.test {\n ${options}\n }\n ${rest}\n}`, undefined, tables).dig(
      name,
    );
  const HOSTS = "hosts {\n 9.9.9.9 nothing.shop.example.test\n fallthrough\n}";

  test.each<[string, string, string, string]>([
    ["external addresses have names in its zone", "", "web.shop.example.test", "203.0.113.7 5"],
    ["ttl is the records'", "ttl 60", "web.shop.example.test", "203.0.113.7 60"],
    ["headless Services have their endpoints where it says so", "headless", "peers.shop.example.test", "10.244.1.2 5"],
  ])("%s", (_sentence, options, name, expected) => {
    const [to = "", ttl] = expected.split(" ");
    expect(dig(options, name)).toEqual(["NOERROR aa", address(name, to, Number(ttl))]);
  });

  test("headless Services have none otherwise", () => {
    expect(dig("", "peers.shop.example.test")[0]).toBe("NXDOMAIN aa");
  });

  test("the cluster's zone is kubernetes' still", () => {
    expect(dig("", WEB)).toEqual(["NOERROR aa", address(WEB, "10.96.0.10")]);
  });

  test("apex names the zone's own server", () => {
    expect(dig("apex ns", "nothing.shop.example.test")[1]).toContain(
      "SOA ns1.ns.example.test. hostmaster.ns.example.test.",
    );
  });

  test("shows the namespaces that kubernetes shows", () => {
    const filtered = "kubernetes cluster.local {\n namespaces db\n}";
    expect(dig("", "web.shop.example.test", filtered)[0]).toBe("NXDOMAIN aa");
    expect(dig("", "sql.db.example.test", filtered)[1]).toBe(address("sql.db.example.test", "203.0.113.8"));
  });

  test("a denied name falls through where it may, and not otherwise", () => {
    const upstream = serve(
      `. {\n ${KUBERNETES}\n k8s_external example.test {\n fallthrough\n }\n forward . 9.9.9.9\n}`,
      () => ({ address: "192.0.2.1" }),
      tables,
    );
    expect(upstream.dig("nothing.shop.example.test")[1]).toBe(address("nothing.shop.example.test", "192.0.2.1", 300));
    expect(upstream.dig("web.shop.example.test")[1]).toBe(address("web.shop.example.test", "203.0.113.7"));
    expect(dig("", "nothing.shop.example.test", KUBERNETES, "forward . 9.9.9.9")[0]).toBe("NXDOMAIN aa");
  });

  test("without kubernetes in its block it passes questions on", () => {
    expect(
      serve(`. {\n k8s_external example.test\n ${HOSTS}\n}`, undefined, tables).dig("nothing.shop.example.test"),
    ).toEqual(["NOERROR aa", address("nothing.shop.example.test", "9.9.9.9", 3600)]);
  });
});

import { describe, expect, test } from "vitest";
import { checkCorefile } from "../../../../shared/dns/corefile/check.ts";
import { defaultCorefile } from "../../../../shared/dns/corefile/default-corefile.ts";

/** What is wrong, and on which line; or what has no effect. */
function verdictOn(text: string): string {
  const checked = checkCorefile(text);
  if (!checked.ok) return `${checked.line}: ${checked.message}`;
  return ["ok", ...checked.notices.map(({ line, message }) => `${line}: ${message}`)].join("\n");
}

const PARSING = (line: number): string => `${line}: /etc/coredns/Corefile:${line} - Error during parsing: `;

describe("Corefiles as clusters have them are good", () => {
  test.each([
    ["the default", defaultCorefile("cluster.local")],
    [
      "EKS",
      `.:53 {
    errors
    health {
        lameduck 5s
      }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}`,
    ],
    [
      "k3s without its imports",
      `.:53 {
    errors
    health
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
    }
    hosts /etc/coredns/NodeHosts {
      ttl 60
      reload 15s
      fallthrough
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}`,
      "9: File does not exist: /etc/coredns/NodeHosts",
    ],
    [
      "NodeLocal DNSCache",
      `cluster.local:53 {
    errors
    cache {
            success 9984 30
            denial 9984 5
    }
    reload
    loop
    bind 169.254.20.10 10.96.0.10
    forward . 10.96.0.11 {
            force_tcp
    }
    prometheus :9253
    health 169.254.20.10:8080
    }
in-addr.arpa:53 {
    errors
    cache 30
    reload
    loop
    bind 169.254.20.10
    forward . 10.96.0.11 {
            force_tcp
    }
    prometheus :9253
    }
.:53 {
    errors
    cache 30
    reload
    loop
    forward . /etc/resolv.conf
    prometheus :9253
    }`,
    ],
    [
      "AKS with its imports",
      `.:53 {
    errors
    ready
    health {
      lameduck 5s
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
      ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
    import custom/*.override
    template ANY ANY internal.cloudapp.net {
      match "^(?:[^.]+\\.){4,}internal\\.cloudapp\\.net\\.$"
      rcode NXDOMAIN
      fallthrough
    }
}
import custom/*.server`,
      "18: No files matching import glob pattern: custom/*.override\n25: No files matching import glob pattern: custom/*.server",
    ],
  ])("%s", (_name, text, notices = "") => {
    expect(verdictOn(text)).toBe(notices === "" ? "ok" : `ok\n${notices}`);
  });
});

describe("the syntax", () => {
  test.each([
    ["a server without braces", ".\nwhoami"],
    ["several zones on a line", "example.org, example.com:53 b.example {\n whoami\n}"],
    ["zones over lines, parted by commas", "example.org,\nexample.com {\n whoami\n}"],
    ["comments, at the end of a word too", "# first\n. { # here\n whoami# and here\n}"],
    ["a quoted argument over lines", '. {\n log . "{name}\n{type}"\n whoami\n}'],
    [
      "a snippet, imported twice",
      "(common) {\n errors\n log\n}\na.example {\n import common\n whoami\n}\nb.example {\n import common\n}",
    ],
    ["a snippet within a plugin's block", "(own) {\n ttl 7\n}\n. {\n kubernetes cluster.local {\n import own\n }\n}"],
    ["environment variables, of which there are none", ". {\n cache {$NOTHING}30{%NEITHER%}\n}"],
    ["a byte order mark and CRLF", "\uFEFF. {\r\n whoami\r\n}\r\n"],
    ["the same zone on another transport", ".:53 {\n whoami\n}\ndns://example.org {\n whoami\n}"],
    ["nothing", ""],
    ["one-line braces", ". {\n cache {\n }\n}"],
  ])("%s", (_name, text) => {
    expect(verdictOn(text)).toBe("ok");
  });

  test.each([
    ["an unknown directive", ".:53 {\n errors\n foo\n}", `${PARSING(3)}Unknown directive 'foo'`],
    ["a directive of Object's", ". {\n constructor\n}", `${PARSING(2)}Unknown directive 'constructor'`],
    [
      "a block that is never closed",
      ". {\n errors",
      "2: /etc/coredns/Corefile:2 - Syntax error: Unexpected token '', expecting '}'",
    ],
    ["a plugin's block that is never closed", ". {\n cache {\n success 1", `${PARSING(3)}Unexpected EOF`],
    ["a brace too many", ". {\n errors }\n}", `${PARSING(2)}Unexpected '}' because no matching opening brace`],
    [
      "a comma too many",
      "a.example, {\n whoami\n}",
      `${PARSING(1)}Expected another address but had '{' - check for extra comma`,
    ],
    ["a comma at the end", "a.example,", `${PARSING(1)}Unexpected EOF`],
    ["a snippet declared twice", "(a) {\n}\n(a) {\n}", `${PARSING(3)}redeclaration of previously declared snippet a`],
    ["a snippet that imports itself", "(a) {\n import a\n}\n. {\n import a\n}", /maximum snippet import depth/],
    [
      "an import of nothing",
      ". {\n import\n}",
      `${PARSING(2)}Wrong argument count or unexpected line ending after 'import'`,
    ],
    ["an import of two", ". {\n import a b\n}", `${PARSING(2)}Import takes only one argument (glob pattern or file)`],
    ["an import of an empty name", '. {\n import ""\n}', `${PARSING(2)}Import requires a non-empty filepath`],
    ["an import of a file", ". {\n import /etc/other\n}", `${PARSING(2)}File to import not found: /etc/other`],
    [
      "a glob with two stars",
      ". {\n import */*.conf\n}",
      `${PARSING(2)}Glob pattern may only contain one wildcard (*), but has others: */*.conf`,
    ],
    [
      "a zone served twice",
      ". {\n whoami\n}\n.:53 {\n whoami\n}",
      "4: cannot serve dns://.:53 - it is already defined",
    ],
    ["a port that is missing", "example.org: {\n whoami\n}", '1: expecting data after last colon: "example.org:"'],
    ["a zone that is no name", "a..b {\n whoami\n}", "1: zone is not a valid domain name: a..b"],
    ["a zone that is too long", `${"a.".repeat(140)} {\n whoami\n}`, "1: specified zone is too long: 280 > 255"],
  ])("refuses %s", (_name, text, expected) => {
    if (typeof expected === "string") expect(verdictOn(text)).toBe(expected);
    else expect(verdictOn(text)).toMatch(expected);
  });
});

describe("a plugin's options", () => {
  const inBlock = (lines: string): string => verdictOn(`. {\n${lines}\n}`);
  const wrongCount = (after: string): string =>
    `${PARSING(2)}Wrong argument count or unexpected line ending after '${after}'`.slice(3);

  test.each([
    ["cache 0", "2: plugin/cache: cache TTL can not be zero or negative: 0"],
    [
      "cache {\n ttl 5\n}",
      `3: plugin/cache: ${PARSING(3).slice(3)}Wrong argument count or unexpected line ending after '5'`,
    ],
    ["cache {\n success x\n}", '3: plugin/cache: strconv.Atoi: parsing "x": invalid syntax'],
    ["cache {\n servfail 6m\n}", "3: plugin/cache: caching SERVFAIL responses over 5 minutes is not permitted"],
    ["cache {\n servfail 5\n}", '3: plugin/cache: time: missing unit in duration "5"'],
    ["cache {\n disable all\n}", '3: plugin/cache: cache type for disable must be "success" or "denial"'],
    ["cache {\n prefetch 1 1m 5%\n}", "3: plugin/cache: percentage should fall in range [10, 90]: 5"],
    ["cache {\n serve_stale 1h never\n}", "3: plugin/cache: invalid value for serve_stale refresh mode: never"],
    ["cache\ncache", "3: plugin/cache: this plugin can only be used once per Server Block"],
    ["forward", `2: plugin/forward: ${wrongCount("forward")}`],
    ["forward .", `2: plugin/forward: ${wrongCount(".")}`],
    ["forward . resolver.example", /^2: plugin\/forward: not an IP address or file "resolver\.example"/],
    ["forward . 1.1.1.1 {\n policy best\n}", `3: plugin/forward: ${PARSING(3).slice(3)}unknown policy 'best'`],
    ["forward . 1.1.1.1 {\n max_concurrent -1\n}", "3: plugin/forward: max_concurrent can't be negative: -1"],
    ["forward . 1.1.1.1 {\n max_fails many\n}", '3: plugin/forward: strconv.ParseUint: parsing "many": invalid syntax'],
    ["forward . 1.1.1.1 {\n expire -1s\n}", "3: plugin/forward: expire can't be negative: -1s"],
    ["forward . 1.1.1.1 {\n colour red\n}", `3: plugin/forward: ${PARSING(3).slice(3)}unknown property 'colour'`],
    ["forward . grpc://1.1.1.1", /'grpc' is not supported as a destination protocol in forward/],
    [`forward . ${"1.1.1.1 ".repeat(16)}`, "2: plugin/forward: more than 15 TOs configured: 16"],
    ["kubernetes in-addr.arpa", "2: plugin/kubernetes: non-reverse zone name must be used"],
    [
      "kubernetes a.example {\n ttl 3601\n}",
      `3: plugin/kubernetes: ${PARSING(3).slice(3)}ttl must be in range [0, 3600]: 3601`,
    ],
    [
      "kubernetes a.example {\n pods all\n}",
      "3: plugin/kubernetes: wrong value for pods: all,  must be one of: disabled, verified, insecure",
    ],
    ["kubernetes a.example {\n ignore all\n}", "3: plugin/kubernetes: unable to parse ignore value: 'all'"],
    ["kubernetes a.example {\n namespaces\n}", /Wrong argument count .* after 'namespaces'/],
    [
      "kubernetes a.example {\n multicluster b.example\n}",
      `4: plugin/kubernetes: ${PARSING(4).slice(3)}is not authoritative for the multicluster zone b.example. (authoritative zones: [a.example.])`,
    ],
    [
      "kubernetes a.example b.example {\n multicluster b.example sub.b.example\n}",
      /is not authoritative for the multicluster zone sub\.b\.example\. \(authoritative zones: \[a\.example\. b\.example\.\]\)$/,
    ],
    ["kubernetes a.example {\n multicluster\n}", "ok"],
    ["kubernetes a.example B.example {\n multicluster b.EXAMPLE.\n}", "ok"],
    ["k8s_external a.example {\n ttl 3601\n}", /ttl must be in range \[0, 3600\]: 3601/],
    ["k8s_external a.example {\n apex\n}", /Wrong argument count or unexpected line ending after 'apex'/],
    ["k8s_external a.example {\n colour\n}", /unknown property 'colour'/],
    ["kubernetes a.example {\n resyncperiod 5m\n}", /unknown property 'resyncperiod'/],
    ["hosts {\n ttl 0\n}", `3: plugin/hosts: ${PARSING(3).slice(3)}ttl provided is invalid`],
    [
      "hosts {\n fallthrough\n 1.2.3.4 a.example\n}",
      `4: plugin/hosts: ${PARSING(4).slice(3)}unknown property '1.2.3.4'`,
    ],
    ["rewrite name a.example", /^2: plugin\/rewrite: too few arguments for a name rule/],
    ["rewrite name regex ( b.example", "2: plugin/rewrite: invalid regex matching pattern: ("],
    ["rewrite name regex a b.{1}", /uses more subexpressions than its corresponding matching regex pattern/],
    ["rewrite answer name a b", "2: plugin/rewrite: response rewrites must begin with a name rule"],
    ["rewrite type A", "2: plugin/rewrite: type rules must have exactly two arguments"],
    ["rewrite type A NONSENSE", '2: plugin/rewrite: invalid type "NONSENSE"'],
    ["rewrite ttl a.example 9-3", "2: plugin/rewrite: invalid TTL '9-3' for a ttl rule"],
    ["rewrite rcode a.example NOPE NOERROR", "2: plugin/rewrite: invalid matching RCODE 'NOPE' for a rcode rule"],
    ["rewrite edns0 local", "2: plugin/rewrite: too few arguments for an EDNS0 rule"],
    ["rewrite edns0 local add 1 a", '2: plugin/rewrite: invalid action: "add"'],
    ["rewrite edns0 local set 0x1ffff a", /strconv.ParseUint: parsing "0x1ffff": value out of range/],
    ["rewrite edns0 local set ten a", /strconv.ParseUint: parsing "ten": invalid syntax/],
    ["rewrite edns0 local set 10 {colour}", '2: plugin/rewrite: unsupported variable name "{colour}"'],
    ["rewrite edns0 local set 10 0xabc", /encoding\/hex/],
    ["rewrite edns0 subnet set 33 56", "2: plugin/rewrite: invalid IPv4 bit mask length 33"],
    ["rewrite edns0 padding set", '2: plugin/rewrite: invalid rule type "padding"'],
    ["rewrite cname a.example", "2: plugin/rewrite: too few (1) arguments for a cname rule"],
    ["rewrite cname like a.example b.example", "2: plugin/rewrite: unknown cname rewrite type: like"],
    ["forward . 1.1.1.1 {\n next NOPE\n}", "3: plugin/forward: NOPE is not a valid rcode"],
    ["forward . 1.1.1.1 {\n resolver dns.example\n}", /resolver must be an IP address or IP:port: "dns.example"/],
    ["nsid a\n nsid b", /this plugin can only be used once per Server Block/],
    ["rewrite colour red blue", '2: plugin/rewrite: invalid rule type "colour"'],
    ["autopath", "2: plugin/autopath: no resolv-conf specified"],
    ["loadbalance best", "2: plugin/loadbalance: unknown policy: best"],
    ["log {\n class all of them\n}", "3: plugin/log: invalid Class: of"],
    ["errors {\n consolidate 5 x\n}", /^3: plugin\/errors: .*time: missing unit in duration "5"/],
    [
      "acl {\n admit\n}",
      `3: plugin/acl: ${PARSING(3).slice(3)}unexpected token "admit"; expect 'allow', 'block', 'filter' or 'drop'`,
    ],
    ["acl {\n allow net 1.2.3.4.5\n}", /illegal CIDR notation "1\.2\.3\.4\.5\/32"/],
    ["reload 1s", "2: plugin/reload: interval value must be greater or equal to 2s"],
    ["health {\n lameduck soon\n}", /unable to parse lameduck duration value: 'soon'/],
    ["local {\n localhost_prefix maybe\n}", /localhost_prefix expects 'on' or 'off', got "maybe"/],
    ["bufsize 100", `2: plugin/bufsize: ${wrongCount("100")}`],
  ])("%s", (lines, expected) => {
    if (typeof expected === "string") expect(inBlock(lines)).toBe(expected);
    else expect(inBlock(lines)).toMatch(expected);
  });

  test.each([
    ["etcd example.org", "2: plugin 'etcd' is not supported here, and has no effect"],
    ["rewrite edns0 local set 0xffee {server_ip}", /edns0 local set 0xffee {server_ip}' is not supported here/],
    [
      "forward . 1.1.1.1 {\n source_address 10.0.0.1\n}",
      "3: 'source_address' is not supported here, and has no effect",
    ],
    ["forward . 1.1.1.1 {\n resolver 10.0.0.1:53\n}", /^3: 'resolver' has no effect/],
  ])("what has no effect is named: %s", (lines, expected) => {
    const [ok, notice] = inBlock(lines).split("\n");
    expect(ok).toBe("ok");
    expect(notice).toMatch(expected);
  });
});

test("a server on a port that nothing listens on is named", () => {
  expect(verdictOn("tls://example.org {\n whoami\n}")).toBe(
    "ok\n1: nothing listens for 'tls://example.org' here: only port 53 is served",
  );
});

test("a Corefile that unfolds without end is refused", () => {
  const levels = Array.from(
    { length: 20 },
    (_, i) => `(s${i}) {\n${`import s${i - 1}\n`.repeat(i === 0 ? 0 : 10)}${i === 0 ? "whoami\n" : ""}}`,
  );
  expect(verdictOn(`${levels.join("\n")}\n. {\n import s19\n}`)).toMatch(/maximum snippet import depth/);
});

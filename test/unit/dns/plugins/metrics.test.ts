/** What plugins count, as a scraper reads it. */
import { describe, expect, test } from "vitest";
import { serve, type Script, type Server } from "./harness.ts";

/** The numbers of a family, by their labels; those at zero left out. */
function counted(server: Server, name: string): Readonly<Record<string, number>> {
  const samples = server.counted(`${name}{`).concat(server.counted(`${name} `));
  return Object.fromEntries(
    samples
      .map((line) => line.slice(name.length))
      .map((line): [string, number] => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))])
      .filter(([, value]) => value > 0),
  );
}

const ANSWERS: Script = ({ name }) => (name[0] === "missing" ? {} : { address: "192.0.2.1" });
const OVER_HTTPS = { protocol: "https" } as const;

describe("cache", () => {
  const LABELS = 'zones="example.",view=""';

  test("the first question is a miss, the next a hit, each of the server it came to", () => {
    const server = serve("example {\n cache\n forward . 192.0.2.53\n}", ANSWERS);
    server.dig("a.example");
    server.dig("a.example");
    server.dig("a.example", "A", OVER_HTTPS);
    const dns = `{server="dns://:53",${LABELS}}`;
    const https = `{server="https://:443",${LABELS}}`;
    expect(counted(server, "coredns_cache_requests_total")).toEqual({ [dns]: 2, [https]: 1 });
    expect(counted(server, "coredns_cache_misses_total")).toEqual({ [dns]: 1 });
    expect(counted(server, "coredns_cache_hits_total")).toEqual({
      [`{server="dns://:53",type="success",${LABELS}}`]: 1,
      [`{server="https://:443",type="success",${LABELS}}`]: 1,
    });
  });

  test("answers and denials are told apart, and those that made room are counted", () => {
    const server = serve(
      'example {\n cache {\n success 2\n denial 9\n }\n template IN A {\n match ^missing\n rcode NXDOMAIN\n authority "example. 60 IN SOA a. b. 1 1 1 1 60"\n fallthrough\n }\n forward . 192.0.2.53\n}',
      ANSWERS,
    );
    for (const name of ["a", "b", "c", "missing", "missing"]) server.dig(`${name}.example`);
    const success = `{server="dns://:53",type="success",${LABELS}}`;
    const denial = `{server="dns://:53",type="denial",${LABELS}}`;
    expect(counted(server, "coredns_cache_entries")).toEqual({ [success]: 2, [denial]: 1 });
    expect(counted(server, "coredns_cache_evictions_total")).toEqual({ [success]: 1 });
    expect(counted(server, "coredns_cache_hits_total")).toEqual({ [denial]: 1 });
  });

  test("an answer given past its time is a hit that is stale", () => {
    const server = serve("example {\n cache {\n serve_stale\n }\n forward . 192.0.2.53\n}", ANSWERS);
    server.dig("a.example");
    server.now += 301_000;
    server.dig("a.example");
    expect(counted(server, "coredns_cache_served_stale_total")).toEqual({ [`{server="dns://:53",${LABELS}}`]: 1 });
    expect(counted(server, "coredns_cache_misses_total")).toEqual({ [`{server="dns://:53",${LABELS}}`]: 1 });
  });

  test("names whose answers are never kept are not looked for", () => {
    const server = serve(
      "example {\n cache {\n disable success\n disable denial\n }\n forward . 192.0.2.53\n}",
      ANSWERS,
    );
    server.dig("a.example");
    expect(counted(server, "coredns_cache_requests_total")).toEqual({});
  });
});

describe("forward", () => {
  test("answers are counted by resolver and response code, with the time they took", () => {
    const script: Script = (question, step) => {
      server.now += 30;
      return ANSWERS(question, step);
    };
    const server = serve(". {\n forward . tls://192.0.2.53\n}", script);
    for (const name of ["a.example", "b.example", "missing.example"]) server.dig(name);
    const good = 'proxy_name="forward",to="192.0.2.53:853",rcode="NOERROR"';
    expect(counted(server, "coredns_proxy_request_duration_seconds_count")).toEqual({
      [`{${good}}`]: 2,
      '{proxy_name="forward",to="192.0.2.53:853",rcode="NXDOMAIN"}': 1,
    });
    expect(counted(server, "coredns_proxy_request_duration_seconds_sum")).toMatchObject({ [`{${good}}`]: 0.06 });
  });

  test("questions without an answer are failed health checks, and all resolvers down is another matter", () => {
    const server = serve(". {\n forward . 192.0.2.53 {\n max_fails 1\n }\n}", () => null);
    server.dig("a.example");
    expect(counted(server, "coredns_proxy_healthcheck_failures_total")).toEqual({
      '{proxy_name="forward",to="192.0.2.53:53"}': 2,
    });
    expect(counted(server, "coredns_forward_healthcheck_broken_total")).toEqual({});
    server.dig("a.example");
    expect(counted(server, "coredns_forward_healthcheck_broken_total")).toEqual({ "": 2 });
    expect(counted(server, "coredns_proxy_request_duration_seconds_count")).toEqual({});
  });

  test("questions over the limit of those under way are rejects", () => {
    const server: Server = serve(". {\n forward . 192.0.2.53 {\n max_concurrent 1\n }\n}", (question) => {
      if (question.name[0] === "first") server.dig("second.example");
      return { address: "192.0.2.1" };
    });
    server.dig("first.example");
    expect(counted(server, "coredns_forward_max_concurrent_rejects_total")).toEqual({ "": 1 });
  });
});

test("acl counts what became of each question", () => {
  const server = serve(
    `. {
      acl one.example {
        block type AAAA net 10.0.0.0/8
        allow net 10.0.0.0/8
        filter
      }
      acl {
        drop net 192.0.2.0/24
      }
      forward . 192.0.2.53
    }`,
    ANSWERS,
  );
  server.dig("one.example", "AAAA", { address: "10.0.0.1" });
  server.dig("one.example", "A", { address: "10.0.0.1" });
  server.dig("one.example", "A", { address: "172.16.0.1", ...OVER_HTTPS });
  server.dig("two.example", "A", { address: "192.0.2.9" });
  server.dig("two.example", "A", { address: "10.0.0.1" });
  const labels = (zone: string): string => `{server="dns://:53",zone="${zone}",view=""}`;
  expect(counted(server, "coredns_acl_blocked_requests_total")).toEqual({ [labels("one.example.")]: 1 });
  expect(counted(server, "coredns_acl_filtered_requests_total")).toEqual({
    '{server="https://:443",zone="one.example.",view=""}': 1,
  });
  expect(counted(server, "coredns_acl_dropped_requests_total")).toEqual({ [labels(".")]: 1 });
  expect(counted(server, "coredns_acl_allowed_requests_total")).toEqual({ '{server="dns://:53",view=""}': 2 });
});

describe("template", () => {
  const server = serve(`example {
      template ANY ANY {
        match ^ip-(?P<a>[0-9]+)
        answer "{{ .Name }} 60 IN A 192.0.2.{{ .Group.a }}"
        fallthrough
      }
      template ANY ANY {
        match ^deep
        additional "{{ .Question.Nope }}"
      }
    }`);
  for (const name of ["ip-7", "ip-8", "ip-999", "deep"]) server.dig(`${name}.example`);
  for (const type of ["TYPE4711", "TYPE4712", "ANY"]) server.dig("ip-7.example", type);
  const labels = (type: string): string => `server="dns://:53",zone="example.",view="",class="IN",type="${type}"`;

  test("matches are counted by type, and types that have no name are one", () => {
    expect(counted(server, "coredns_template_matches_total")).toEqual({
      [`{${labels("A")}}`]: 4,
      [`{${labels("")}}`]: 2,
      [`{${labels("ANY")}}`]: 1,
    });
  });

  test("what makes no record is counted by its text", () => {
    expect(counted(server, "coredns_template_rr_failures_total")).toEqual({
      [`{${labels("A")},section="answer",template="{{ .Name }} 60 IN A 192.0.2.{{ .Group.a }}"}`]: 1,
    });
  });

  test("what cannot be executed is another family", () => {
    expect(counted(server, "coredns_template_template_failures_total")).toEqual({
      [`{${labels("A")},section="additional",template="{{ .Question.Nope }}"}`]: 1,
    });
  });
});

test("hosts counts addresses, and the names that they lead to", () => {
  const server = serve(". {\n hosts {\n 192.0.2.1 a.example b.example\n 192.0.2.2 a.example\n }\n}");
  expect(counted(server, "coredns_hosts_entries")).toEqual({ '{hostsfile=""}': 6 });
});

test("autopath counts what it has completed", () => {
  const server = serve("cluster.local {\n autopath @kubernetes\n kubernetes cluster.local {\n pods verified\n }\n}");
  server.dig("web.shop.svc.cluster.local", "A", { namespace: "shop" });
  server.dig("nothing.shop.svc.cluster.local", "A", { namespace: "shop" });
  expect(counted(server, "coredns_autopath_success_total")).toEqual({ '{server="dns://:53"}': 1 });
});

test("local counts names below localhost, not localhost", () => {
  const server = serve(". {\n local\n}");
  for (const name of ["localhost", "a.localhost", "localhost.example"]) server.dig(name);
  expect(counted(server, "coredns_local_localhost_requests_total")).toEqual({ "": 2 });
});

test("a configuration says which plugins have a part in which zone, in the order of the chain", () => {
  const { configuration } = serve(". example {\n health\n errors\n forward . 192.0.2.53\n cache\n}");
  const plugins = ["errors", "cache", "forward"];
  expect(configuration.servers).toEqual([
    { zone: [], plugins },
    { zone: ["example"], plugins },
  ]);
});

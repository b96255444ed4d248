import { describe, expect, test } from "vitest";
import { builtinBackend } from "../../../shared/kubelet/builtin-backend.ts";
import type { BuiltinRequest } from "../../../shared/kubelet/builtin-request.ts";
import { toPodView } from "../../../shared/proxy/pod-summary.ts";
import { pod, type PodOptions } from "../proxy/fixtures.ts";

const answer = (podOptions: PodOptions, target: string, request: Partial<BuiltinRequest> = {}) =>
  builtinBackend(
    { method: "GET", target, host: "web.shop", headers: [], body: "", ...request },
    {
      pod: toPodView(pod("shop/web-1", { ip: "10.244.1.1", ...podOptions })).summary,
      service: "web",
      namespace: "shop",
      port: 8080,
      clientAddress: "10.244.2.9",
      now: Date.UTC(2026, 0, 2, 3, 4, 5),
    },
  );

describe("the echo of an unknown image", () => {
  const headers = [
    ["x-a", "1"],
    ["x-a", "2"],
    ["__proto__", "x"],
  ] as const;

  test("it has the fields of the Gateway API conformance echo, and the Pod's", () => {
    const { status, body } = answer({}, "/a?b=c", { method: "POST", headers, body: "hi" });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      path: "/a?b=c",
      host: "web.shop",
      method: "POST",
      proto: "HTTP/1.1",
      headers: { "X-A": ["1", "2"] },
      namespace: "shop",
      ingress: "",
      service: "web",
      pod: "web-1",
      node: "node-1",
      image: "example/app:1",
      body: "hi",
    });
    expect(body).toContain('"__proto__"');
  });

  test.each([
    ["/health", 200, "OK"],
    ["/status/418", 418, ""],
    ["/status/99", 400, ""],
    ["/status/abc", 400, ""],
    ["/status/100", 400, ""],
  ])("%s", (target, status, body) => expect(answer({}, target)).toMatchObject({ status, body }));

  test.each([
    ["250ms", 250],
    ["1.5s", 1500],
    ["1m", 60_000],
    ["999m", 60_000],
    ["", 0],
  ])("?delay=%s answers later", (delay, expected) => {
    expect(answer({}, `/?delay=${delay}`).delayMilliseconds).toBe(expected);
  });

  test("a delay that is none is an error", () => expect(answer({}, "/?delay=soon").status).toBe(500));

  test("headers may be asked for, and bad names are left out", () => {
    const asked = [["x-echo-set-header", "x-b: 1, x c:2,x-d"]] as const;
    expect(answer({}, "/", { headers: asked }).headers.slice(2)).toEqual([
      ["x-b", "1"],
      ["x-d", ""],
    ]);
  });
});

const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53";
const netexec = { image: AGNHOST, args: ["netexec", "--http-port=8080"] };

describe("well-known images", () => {
  test.each([
    ["netexec tells its hostname", netexec, "/hostname", 200, "web-1"],
    ["netexec tells it in old spelling", netexec, "/hostName", 200, "web-1"],
    ["netexec echoes", netexec, "/echo?msg=hi%20you", 200, "hi you"],
    ["netexec echoes with a code", netexec, "/echo?msg=no&code=404", 404, "no"],
    [
      "netexec refuses a bad code",
      netexec,
      "/echo?code=x",
      200,
      "argument 'code' must be an integer or empty, got \"x\"\n",
    ],
    ["netexec tells the client's address", netexec, "/clientip", 200, "10.244.2.9:0"],
    ["netexec is healthy", netexec, "/healthz", 200, ""],
    ["netexec runs no programs", netexec, "/shell?cmd=id", 501, "/shell is not available in the built-in netexec\n"],
    ["netexec tells the time elsewhere", netexec, "/x", 200, "NOW: 2026-01-02 03:04:05.000 +0000 UTC"],
    ["serve-hostname", { image: AGNHOST, args: ["serve-hostname"] }, "/x", 200, "web-1"],
    ["the old image of serve-hostname", { image: "k8s.gcr.io/serve_hostname" }, "/", 200, "web-1"],
    ["http-echo", { image: "hashicorp/http-echo:1.0", args: ["-text=hello"] }, "/x", 200, "hello\n"],
    [
      "http-echo by two words",
      { image: "hashicorp/http-echo", args: ["-listen=:80", "--text", "two"] },
      "/x",
      200,
      "two\n",
    ],
    [
      "http-echo by variable",
      { image: "hashicorp/http-echo", env: [{ name: "ECHO_TEXT", value: "env" }] },
      "/x",
      200,
      "env\n",
    ],
    ["http-echo is healthy", { image: "hashicorp/http-echo", args: ["-text=x"] }, "/health", 200, '{"status":"ok"}\n'],
    [
      "http-echo without text",
      { image: "hashicorp/http-echo" },
      "/",
      500,
      "Missing -text option OR ENV var TEXT is empty!\n",
    ],
    ["whoami for benchmarks", { image: "traefik/whoami" }, "/bench", 200, "1"],
    [
      "hello-app",
      { image: "gcr.io/google-samples/hello-app:2.0" },
      "/",
      200,
      "Hello, world!\nVersion: 2.0.0\nHostname: web-1\n",
    ],
  ] as const)("%s", (_, options, target, status, body) =>
    expect(answer(options, target)).toMatchObject({ status, body }),
  );

  test("a form in the body counts before the query", () => {
    const form = {
      method: "POST",
      headers: [["content-type", "application/x-www-form-urlencoded"]],
      body: "msg=body",
    } as const;
    expect(answer(netexec, "/echo?msg=query", form).body).toBe("body");
  });

  test("a redirect cannot break out of its header", () => {
    expect(answer(netexec, "/redirect?location=/x%0d%0aset-cookie:a&code=307")).toMatchObject({
      status: 307,
      headers: [["location", "/xset-cookie:a"]],
    });
  });

  test("whoami shows the request as it arrived", () => {
    const headers = [
      ["x-b", "2"],
      ["user-agent", "curl"],
      ["accept", "*/*"],
    ] as const;
    expect(answer({ image: "traefik/whoami:v1", args: ["--name=me"] }, "/x", { headers }).body).toBe(
      "Name: me\nHostname: web-1\nIP: 127.0.0.1\nIP: ::1\nIP: 10.244.1.1\nRemoteAddr: 10.244.2.9:0\n" +
        "GET /x HTTP/1.1\r\nHost: web.shop\r\nUser-Agent: curl\r\nAccept: */*\r\nX-B: 2\r\n\r\n",
    );
  });

  test("nginx has an index page and nothing else", () => {
    expect(answer({ image: "nginx:1.27-alpine" }, "/")).toMatchObject({
      status: 200,
      body: expect.stringContaining("Welcome to nginx!"),
    });
    expect(answer({ image: "nginx" }, "/x").status).toBe(404);
    expect(answer({ image: "nginx" }, "/", { method: "POST" }).status).toBe(405);
  });

  test("echoserver shows Pod and request", () => {
    const { body } = answer({ image: "registry.k8s.io/e2e-test-images/echoserver:2.5" }, "/x?q=1", {
      headers: [["accept", "*/*"]],
    });
    for (const line of [
      "Hostname: web-1",
      "pod namespace:\tshop",
      "method=GET",
      "query=q=1",
      "\taccept=*/*",
      "-no body in request-",
    ]) {
      expect(body).toContain(line);
    }
  });

  test("agnhost liveness is well for ten seconds after its start, and then is not", () => {
    const { summary } = toPodView(pod("shop/web-1", { image: "registry.k8s.io/e2e-test-images/agnhost:2.40" }));
    const [container] = summary.containers;
    if (container === undefined) throw new Error("no container");
    const startedAt = Date.UTC(2026, 0, 2);
    const subject = { ...summary, containers: [{ ...container, args: ["liveness"], startedAt }] };
    const ask = (target: string, seconds: number) =>
      builtinBackend(
        { method: "GET", target, host: "h", headers: [], body: "" },
        {
          pod: subject,
          service: "",
          namespace: "n",
          port: 8080,
          clientAddress: "::1",
          now: startedAt + seconds * 1000,
        },
      );
    expect([0, 10, 11, 60].map((seconds) => ask("/healthz", seconds).status)).toEqual([200, 200, 500, 500]);
    expect(ask("/healthz", 12).body).toBe("error: 12");
    expect(ask("/other", 0).status).toBe(404);
  });

  test("the container that has the port answers", () => {
    const summary = toPodView(pod("shop/web-1")).summary;
    const two = {
      ...summary,
      containers: [
        {
          ...summary.containers[0],
          name: "a",
          image: "nginx",
          ports: [80],
          command: [],
          args: [],
          env: {},
          startedAt: null,
        },
        { name: "b", image: "traefik/whoami", ports: [9090], command: [], args: [], env: {}, startedAt: null },
      ],
    };
    const ask = (port: number) =>
      builtinBackend(
        { method: "GET", target: "/bench", host: "h", headers: [], body: "" },
        { pod: two, service: "s", namespace: "n", port, clientAddress: "::1", now: 0 },
      ).status;
    expect([ask(9090), ask(80), ask(1)]).toEqual([200, 404, 404]);
  });
});

import { describe, expect, test } from "vitest";
import type { Container, HTTPGetAction } from "../../../shared/api/core-v1/pod.ts";
import { httpGetRequest, judgeResponse, resolvePort } from "../../../shared/kubelet/kubelet-request.ts";

const container: Container = { name: "web", ports: [{ name: "http", containerPort: 8080 }] };

test.each<[string, number | string, object]>([
  ["a number", 81, { ok: true, port: 81 }],
  ["the name of a port", "http", { ok: true, port: 8080 }],
  ["an integer as text", "9090", { ok: true, port: 9090 }],
  ["a name that no port has", "metrics", { ok: false, message: 'strconv.Atoi: parsing "metrics": invalid syntax' }],
  [
    "a name that every object has",
    "__proto__",
    { ok: false, message: 'strconv.Atoi: parsing "__proto__": invalid syntax' },
  ],
])("a port may be %s", (_, port, expected) => {
  expect(resolvePort(port, container)).toEqual(expected);
});

describe("a request", () => {
  const request = (action: Partial<HTTPGetAction>, podIP = "10.244.0.7") =>
    httpGetRequest({ port: 8080, ...action }, { port: 8080, podIP, purpose: "probe" });

  test.each<[string, Partial<HTTPGetAction>, string]>([
    ["goes to the Pod", {}, "http://10.244.0.7:8080/"],
    ["may be https", { scheme: "HTTPS", path: "/z?a=b" }, "https://10.244.0.7:8080/z?a=b"],
    ["may name another host", { host: "example.com" }, "http://example.com:8080/"],
    ["may have a path without a slash", { path: "healthz" }, "http://10.244.0.7:8080/healthz"],
  ])("%s", (_, action, url) => expect(request(action).url).toBe(url));

  test("puts an IPv6 address in brackets", () => expect(request({}, "fd00::7").url).toBe("http://[fd00::7]:8080/"));

  test("says who asks, and accepts everything, unless told otherwise", () => {
    expect(request({}).headers).toEqual([
      ["user-agent", "kube-probe/1.35"],
      ["accept", "*/*"],
    ]);
    const httpHeaders = [
      { name: "User-Agent", value: "me" },
      { name: "Accept", value: "" },
      { name: "Host", value: "web.example" },
    ];
    expect(request({ httpHeaders }).headers).toEqual([
      ["user-agent", "me"],
      ["x-forwarded-host", "web.example"],
    ]);
    const hook = httpGetRequest({ port: 1 }, { port: 1, podIP: "::1", purpose: "lifecycle" });
    expect(hook.headers).toContainEqual(["user-agent", "kube-lifecycle/1.35"]);
  });
});

describe("a response", () => {
  const judge = (status: number, location: string | null = null, redirects = 0) =>
    judgeResponse(
      { status, location },
      { url: "http://10.244.0.7:8080/healthz", dialled: "http://127.0.0.1:3000/base/healthz", redirects },
    );
  const well = { kind: "healthy", warning: null };
  const warned = { kind: "healthy", warning: "Probe terminated redirects" };
  test.each<[string, ReturnType<typeof judge>, object]>([
    ["200 is success", judge(200), well],
    ["299 is success", judge(299), well],
    ["304 is success with a warning", judge(304), warned],
    ["399 is success with a warning", judge(399), warned],
    ["400 is failure", judge(400), { kind: "unhealthy", output: "HTTP probe failed with statuscode: 400" }],
    ["199 is failure", judge(199), { kind: "unhealthy", output: "HTTP probe failed with statuscode: 199" }],
    ["503 is failure", judge(503), { kind: "unhealthy", output: "HTTP probe failed with statuscode: 503" }],
    [
      "a redirect by path is followed",
      judge(302, "/login?a"),
      { kind: "redirect", to: "http://127.0.0.1:3000/login?a" },
    ],
    [
      "one to the backend's own name is followed",
      judge(301, "https://127.0.0.1/x"),
      { kind: "redirect", to: "http://127.0.0.1:3000/x" },
    ],
    [
      "one to the Pod's address is followed",
      judge(307, "http://10.244.0.7:8080/y"),
      { kind: "redirect", to: "http://127.0.0.1:3000/y" },
    ],
    ["one to another host is not, and warns", judge(302, "http://login.example/"), warned],
    ["one without a place to go warns", judge(302), warned],
    ["one to what is no URL warns", judge(302, "http://["), warned],
    [
      "the tenth is one too many",
      judge(302, "/", 9),
      { kind: "unhealthy", output: 'Get "http://127.0.0.1:3000/": stopped after 10 redirects' },
    ],
  ])("%s", (_, judged, expected) => expect(judged).toEqual(expected));
});

import { describe, expect, test } from "vitest";
import type { Ingress } from "../../../../../shared/api/networking-v1/ingress.ts";
import { create, update } from "../../kind-fixture.ts";

const service = (port: object = { number: 80 }, name = "web") => ({ service: { name, port } });
const withPath = (path: object) => ({
  rules: [{ http: { paths: [{ pathType: "Prefix", path: "/", backend: service(), ...path }] } }],
});
const withHost = (host: string) => ({ rules: [{ host }] });
const errors = (spec: object, metadata: object = {}) =>
  create("ingresses.networking.k8s.io", { spec, metadata }).errors;
const PATH = "spec.rules[0].http.paths[0]";
const BACKEND = "spec.defaultBackend";

describe("an Ingress", () => {
  test.each<[string, object, readonly string[]]>([
    ["with a default backend is good", { defaultBackend: service() }, []],
    [
      "with nothing to do is refused",
      {},
      ["spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"],
    ],
    ["may name a port", { defaultBackend: service({ name: "http" }) }, []],
    [
      "may not give a port both ways",
      { defaultBackend: service({ name: "http", number: 80 }) },
      [`${BACKEND}: Invalid value: "": cannot set both port name & port number`],
    ],
    [
      "must say which port",
      { defaultBackend: service({}) },
      [`${BACKEND}: Required value: port name or number is required`],
    ],
    [
      "needs a port that exists",
      { defaultBackend: service({ number: 65536 }) },
      [`${BACKEND}.service.port.number: Invalid value: 65536: must be between 1 and 65535, inclusive`],
    ],
    [
      "must name its Service",
      { defaultBackend: service({ number: 80 }, "") },
      [`${BACKEND}.service.name: Required value`],
    ],
    [
      "needs one backend",
      { defaultBackend: {} },
      [`${BACKEND}: Invalid value: "": resource or service backend is required`],
    ],
    [
      "needs only one backend",
      { defaultBackend: { ...service(), resource: { kind: "A", name: "b" } } },
      [`${BACKEND}: Invalid value: "": cannot set both resource and service backends`],
    ],
    [
      "may have an object as backend",
      { defaultBackend: { resource: { apiGroup: "example.com", kind: "Bucket", name: "b" } } },
      [],
    ],
    [
      "whose object has no kind is refused",
      { defaultBackend: { resource: { kind: "", name: "a/b" } } },
      [
        `${BACKEND}.resource.kind: Required value`,
        `${BACKEND}.resource.name: Invalid value: "a/b": may not contain '/'`,
      ],
    ],
    ["needs paths under http", { rules: [{ http: {} }] }, ["spec.rules[0].http.paths: Required value"]],
    ["may have a rule without paths", withHost("a.example.com"), []],
    ["may have a wildcard host", withHost("*.example.com"), []],
    [
      "may not have an address for a host",
      withHost("10.0.0.1"),
      ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
    ],
    [
      "must say how a path matches",
      { rules: [{ http: { paths: [{ path: "/", backend: service() }] } }] },
      [`${PATH}.pathType: Required value: pathType must be specified`],
    ],
    [
      "must know how a path matches",
      withPath({ pathType: "Regex" }),
      [`${PATH}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"`],
    ],
    ["needs an absolute path", withPath({ path: "a" }), [`${PATH}.path: Invalid value: "a": must be an absolute path`]],
    ["may leave an ImplementationSpecific path out", withPath({ pathType: "ImplementationSpecific", path: "" }), []],
    [
      "may not leave a Prefix out",
      withPath({ path: "" }),
      [`${PATH}.path: Invalid value: "": must be an absolute path`],
    ],
    [
      "may not have what proxies rewrite",
      withPath({ path: "/a//b%2F" }),
      [
        `${PATH}.path: Invalid value: "/a//b%2F": must not contain '//'`,
        `${PATH}.path: Invalid value: "/a//b%2F": must not contain '%2F'`,
      ],
    ],
    [
      "may not end in a parent",
      withPath({ path: "/a/.." }),
      [`${PATH}.path: Invalid value: "/a/..": cannot end with '/..'`],
    ],
    ["may have odd ImplementationSpecific paths", withPath({ pathType: "ImplementationSpecific", path: "/a//b" }), []],
    [
      "needs a Secret's name",
      { defaultBackend: service(), tls: [{ hosts: ["*.a.b"], secretName: "A" }] },
      [expect.stringMatching(/^spec\.tls\[0\]\.secretName: Invalid value: "A": a lowercase RFC 1123 subdomain/)],
    ],
    [
      "needs good hosts for its certificates",
      { defaultBackend: service(), tls: [{ hosts: ["a.*"] }] },
      [
        expect.stringMatching(
          /^spec\.tls\[0\]\.hosts\[0\]: Invalid value: "a\.\*": a wildcard DNS-1123 subdomain must start with/,
        ),
      ],
    ],
    [
      "needs a class's name",
      { defaultBackend: service(), ingressClassName: "A_b" },
      [expect.stringMatching(/^spec\.ingressClassName: Invalid value: "A_b"/)],
    ],
  ])("%s", (_, spec, expected) => {
    expect(errors(spec)).toEqual(expected);
  });

  test("may not contradict itself about its class, until it is stored", () => {
    const metadata = { annotations: { "kubernetes.io/ingress.class": "a" } };
    const spec = { defaultBackend: service(), ingressClassName: "b" };
    expect(errors(spec, metadata)).toEqual([
      'annotations.kubernetes.io/ingress.class: Invalid value: "a": must match `ingressClassName` when both are specified',
    ]);
    const old = create<Ingress>("ingresses.networking.k8s.io", { spec }).object;
    expect(update("ingresses.networking.k8s.io", old, { metadata }).errors).toEqual([]);
  });

  test("begins without an address, whatever it says", () => {
    const { object } = create<Ingress>("ingresses.networking.k8s.io", {
      spec: { defaultBackend: service() },
      status: { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } },
    });
    expect(object.status).toEqual({ loadBalancer: {} });
  });
});

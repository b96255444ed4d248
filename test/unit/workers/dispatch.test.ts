import { expect, test } from "vitest";
import { edgeFor } from "../../../workers/dispatch.ts";

test.each([
  ["a host that starts with api. is the API whatever the path", "api.example.com", "/cart", "api"],
  ["a host that starts with dns. is DNS whatever the path", "dns.example.com", "/api/v1", "dns"],
  ["the first label is compared without case", "API.example.com", "/", "api"],
  ["a host that only begins with the letters api is not the API", "apiary.example.com", "/", "ingress"],
  ["core resources are the API's", "wherry.example.dev", "/api/v1/services", "api"],
  ["groups are the API's", "wherry.example.dev", "/apis", "api"],
  ["a cluster prefix is looked behind", "wherry.example.dev", "/clusters/t1/api/v1", "api"],
  ["a cluster prefix alone is an Ingress path", "wherry.example.dev", "/clusters/t1", "ingress"],
  ["two cluster prefixes are not one", "wherry.example.dev", "/clusters/a/clusters/b/api", "ingress"],
  ["OpenAPI is the API's", "wherry.example.dev", "/openapi/v3", "api"],
  ["health is the API's", "wherry.example.dev", "/readyz", "api"],
  ["registrations are the API's", "wherry.example.dev", "/clusters/t1/registry/v1/namespaces", "api"],
  ["a longer word is no prefix", "wherry.example.dev", "/apiary", "ingress"],
  ["RFC 8484 queries are DNS", "wherry.example.dev", "/dns-query", "dns"],
  ["DNS of one namespace of one cluster", "wherry.example.dev", "/clusters/t1/dns-query/shop", "dns"],
  ["so are questions why", "wherry.example.dev", "/dns-explain/shop", "dns"],
  ["JSON queries are DNS", "wherry.example.dev", "/resolve", "dns"],
  ["everything else is the Ingress'", "wherry.example.dev", "/", "ingress"],
  ["an IPv6 host has no label", "[::1]", "/", "ingress"],
])("%s", (_name, host, path, edge) => {
  expect(edgeFor(host, path)).toBe(edge);
});

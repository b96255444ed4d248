import { expect, test } from "vitest";
import { parseTarget } from "../../../local/expose.ts";

test.each([
  ["web.shop:80", { name: "web", namespace: "shop", port: 80 }],
  ["web.shop", { name: "web", namespace: "shop", port: 80 }],
  ["web:8080", { name: "web", namespace: "default", port: 8080 }],
  ["web.shop.svc:81", { name: "web", namespace: "shop", port: 81 }],
  ["web.shop.svc.cluster.local:81", { name: "web", namespace: "shop", port: 81 }],
  [
    { name: "web", namespace: "shop", port: 1 },
    { name: "web", namespace: "shop", port: 1 },
  ],
])("%j is Service %j", (service, target) => {
  expect(parseTarget(service)).toEqual(target);
});

test.each(["", "web.shop:0", "web.shop:65536", "http://web.shop", "web.shop:", "web.shop/x", "a.b.c:1"])(
  "%j is no Service",
  (service) => {
    expect(() => parseTarget(service)).toThrow('write it as "web.shop:80"');
  },
);

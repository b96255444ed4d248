import { describe, expect, test } from "vitest";
import type { TokenRequest } from "../../../../shared/api/authentication-v1/reviews.ts";
import type { ServiceAccount } from "../../../../shared/api/core-v1/service-account.ts";
import {
  readClaims,
  serviceAccountUser,
  tokenClaims,
  validateTokenRequest,
} from "../../../../shared/registry/authentication-v1/token-claims.ts";

const account = { metadata: { name: "robot", namespace: "shop", uid: "u-1" } } as ServiceAccount;
const request = (spec: TokenRequest["spec"]) => ({ spec }) as TokenRequest;

test("claims name the ServiceAccount, its audience and its end", () => {
  const claims = tokenClaims(account, request({ expirationSeconds: 3600 }), 1_000_500, "id");
  expect(claims).toMatchObject({
    sub: "system:serviceaccount:shop:robot",
    iat: 1000,
    exp: 4600,
    aud: ["https://kubernetes.default.svc.cluster.local"],
  });
  expect(readClaims(JSON.parse(JSON.stringify(claims)))).toEqual(claims);
  expect(serviceAccountUser(claims["kubernetes.io"])).toEqual({
    username: "system:serviceaccount:shop:robot",
    uid: "u-1",
    groups: ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"],
  });
});

describe("a request", () => {
  test.each<[string, TokenRequest["spec"], readonly string[]]>([
    ["may ask for ten minutes", { expirationSeconds: 600 }, []],
    ["may not ask for less", { expirationSeconds: 599 }, ["may not specify a duration less than 10 minutes"]],
    [
      "may not ask for ever",
      { expirationSeconds: 2 ** 32 + 1 },
      ["may not specify a duration larger than 2^32 seconds"],
    ],
    [
      "may not bind the token to an object",
      { boundObjectRef: { kind: "Pod" } },
      ["tokens that end with another object are not offered"],
    ],
  ])("%s", (_, spec, expected) => {
    expect(validateTokenRequest(request(spec)).map((e) => e.message)).toEqual(
      expected.map((e) => expect.stringContaining(e)),
    );
  });
});

test.each([
  null,
  1,
  "x",
  [],
  {},
  { "kubernetes.io": null },
  {
    iss: "a",
    sub: "b",
    aud: [],
    exp: "1",
    "kubernetes.io": { namespace: "a", serviceaccount: { name: "a", uid: "b" } },
  },
])("%j holds no claims of ours", (value) => {
  expect(readClaims(value)).toBeNull();
});

import { describe, expect, test } from "vitest";
import { ADMINISTRATOR } from "../../../../shared/registry/authentication-v1/administrator.ts";
import { userOf } from "../../../../workers/api-server/user.ts";

const of = (...headers: readonly (readonly [string, string])[]) =>
  userOf(new Headers(headers.map(([name, value]) => [`Impersonate-${name}`, value])));

describe("the user", () => {
  test("is the administrator", () => expect(of()).toEqual(ADMINISTRATOR));

  test.each<[name: string, headers: readonly (readonly [string, string])[], user: object]>([
    ["is whom they are impersonated as", [["User", "jane"]], { username: "jane", groups: ["system:authenticated"] }],
    [
      "is in the groups that are named, in their order",
      [
        ["User", "jane"],
        ["Group", "b"],
        ["Group", "a"],
        ["Uid", "7"],
      ],
      { username: "jane", uid: "7", groups: ["b", "a", "system:authenticated"] },
    ],
    [
      "is authenticated once",
      [
        ["User", "jane"],
        ["Group", "system:authenticated"],
        ["Group", "a"],
      ],
      { username: "jane", groups: ["system:authenticated", "a"] },
    ],
    [
      "is nobody in particular",
      [["User", "system:anonymous"]],
      { username: "system:anonymous", groups: ["system:unauthenticated"] },
    ],
    [
      "is a ServiceAccount, in its groups",
      [["User", "system:serviceaccount:shop:robot"]],
      {
        username: "system:serviceaccount:shop:robot",
        groups: ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"],
      },
    ],
    [
      "is more, by key, also of one that is the name of something else",
      [
        ["User", "jane"],
        ["Extra-Scopes", "view"],
        ["Extra-scopes", "edit"],
        ["Extra-acme.com%2fProject", "x"],
        ["Extra-__proto__", "y"],
        ["Extra-%zz", "z"],
      ],
      {
        username: "jane",
        groups: ["system:authenticated"],
        extra: Object.fromEntries([
          ["%zz", ["z"]],
          ["__proto__", ["y"]],
          ["acme.com/project", ["x"]],
          ["scopes", ["view", "edit"]],
        ]),
      },
    ],
  ])("%s", (_, headers, user) => expect(of(...headers)).toEqual(user));
});

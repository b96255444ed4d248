import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { verifyPassword } from "../../../../shared/gateway/filter/htpasswd.ts";

const sha = (text: string): string => createHash("sha1").update(text).digest("base64");
const salted = (text: string, salt: string): string =>
  Buffer.concat([
    createHash("sha1")
      .update(text + salt)
      .digest(),
    Buffer.from(salt),
  ]).toString("base64");

// The apr1 ones are from `openssl passwd -apr1`.
test.each([
  ["apr1", "$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/", "secret"],
  ["another apr1", "$apr1$abcdefgh$aQ26yFH6V5G5PJBY/utXg/", "secret123"],
  ["SHA", `{SHA}${sha("pässword")}`, "pässword"],
  ["SHA of more than a block", `{SHA}${sha("x".repeat(200))}`, "x".repeat(200)],
  ["salted SHA", `{SSHA}${salted("secret", "salt")}`, "secret"],
  ["plain", "{PLAIN}secret", "secret"],
])("%s lets its password in, and no other", (_, hash, password) => {
  expect([verifyPassword(hash, password), verifyPassword(hash, `${password}x`), verifyPassword(hash, "")]).toEqual([
    true,
    false,
    false,
  ]);
});

test.each(["$2y$05$abcdefghijklmnopqrstuv", "secret", "", "{SSHA}", "{SSHA}!!", "$apr1$", "{SHA}"])(
  "%j, which is no hash that is known, lets nobody in",
  (hash) => {
    expect([verifyPassword(hash, "secret"), verifyPassword(hash, "")]).toEqual([false, false]);
  },
);

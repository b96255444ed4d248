import { describe, expect, test } from "vitest";
import { decodeRegistration, isSameEndpoint } from "../../../../shared/registry/registration/registration.ts";

const decode = (body: unknown, id = "web-1") => decodeRegistration(id, body);
const fieldsOf = (body: unknown, id?: string): unknown => {
  const decoded = decode(body, id);
  return decoded.ok ? [] : [decoded.status.code, decoded.status.details?.causes?.map(({ field }) => field)];
};

describe("a registration", () => {
  test("takes weight 1, no zone and thirty seconds where it says nothing of them", () => {
    expect(decode({ url: "https://host/base/" })).toEqual({
      ok: true,
      value: { id: "web-1", url: "https://host/base", weight: 1, zone: null, ttlSeconds: 30 },
    });
  });

  test("keeps what it says", () => {
    const body = { url: "http://[::1]:3000", weight: 5, zone: "eu-west-1a", ttlSeconds: 2 };
    expect(decode(body)).toMatchObject({ ok: true, value: body });
  });

  test.each([null, [], "https://host", 7, true])("that is %j and no object is a bad request", (body) => {
    expect(decode(body)).toMatchObject({ ok: false, status: { code: 400, reason: "BadRequest" } });
  });

  const fine = { url: "http://host" };
  test.each<[string, unknown, readonly string[], string?]>([
    ["has no url", {}, ["url"]],
    ["has an url that is no text", { url: 7 }, ["url"]],
    ["goes to another scheme", { url: "ftp://host" }, ["url"]],
    ["carries a password", { url: "http://a:b@host" }, ["url"]],
    ["carries a query", { url: "http://host/?a" }, ["url"]],
    ["has a very long url", { url: `http://host/${"a".repeat(3000)}` }, ["url"]],
    ["weighs nothing", { ...fine, weight: 0 }, ["weight"]],
    ["weighs a half", { ...fine, weight: 1.5 }, ["weight"]],
    ["weighs too much", { ...fine, weight: 65_536 }, ["weight"]],
    ["has a weight in quotes", { ...fine, weight: "1" }, ["weight"]],
    ["never expires", { ...fine, ttlSeconds: 0 }, ["ttlSeconds"]],
    ["holds for longer than a day", { ...fine, ttlSeconds: 86_401 }, ["ttlSeconds"]],
    ["has a zone that no label may have", { ...fine, zone: "a b" }, ["zone"]],
    ["has an empty zone", { ...fine, zone: "" }, ["zone"]],
    ["has a field that does not exist", { ...fine, wieght: 2 }, ["field name"]],
    ["has __proto__ for a field", JSON.parse('{"url":"http://host","__proto__":1}'), ["field name"]],
    ["has an id that is no name", fine, ["id"], "Web_1"],
    [
      "is wrong in every field",
      { url: "", weight: -1, zone: 1, ttlSeconds: null },
      ["url", "weight", "zone", "ttlSeconds"],
    ],
  ])("that %s is refused by field", (_, body, fields, id) => {
    expect(fieldsOf(body, id)).toEqual([422, fields]);
  });

  test("is for the same endpoint however long it holds", () => {
    const one = { id: "a", url: "http://host", weight: 1, zone: null, ttlSeconds: 2 };
    expect(isSameEndpoint(one, { ...one, ttlSeconds: 9 })).toBe(true);
    expect(
      [{ url: "http://other" }, { weight: 2 }, { zone: "a" }].map((c) => isSameEndpoint(one, { ...one, ...c })),
    ).toEqual([false, false, false]);
  });
});

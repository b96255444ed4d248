import { describe, expect, test } from "vitest";
import type { Result } from "../../../../shared/api/meta-v1/status.ts";
import { envelope, integer, message, text } from "../../apimachinery/protobuf/encode.ts";
import { MAX_BODY_BYTES, readDeleteOptions, readObject, readPatch } from "../../../../workers/api-server/body.ts";

const post = (type: string | null, body: BodyInit | null, headers: Record<string, string> = {}): Request => {
  const request = new Request("http://h/", { method: "POST", body, duplex: "half", headers } as RequestInit);
  request.headers.delete("content-type");
  if (type !== null) request.headers.set("content-type", type);
  return request;
};

/** The value, or `<code> <message>`. */
const outcome = <T>(result: Result<T>): T | string =>
  result.ok ? result.value : `${result.status.code} ${result.status.message}`;

const unrecognized =
  "400 the object provided is unrecognized (must be of type Service): couldn't get version/kind; json parse error:";

describe("an object's body", () => {
  test.each([
    ["JSON", "application/json", '{"a":1}', { a: 1 }],
    ["JSON with a charset", "application/json; charset=utf-8", '{"a":1}', { a: 1 }],
    ["no type means JSON", null, '{"a":1}', { a: 1 }],
    ["YAML", "application/yaml", "a: 1\nb: [x]", { a: 1, b: ["x"] }],
    ["JSON under the YAML type", "application/yaml", '{"a":1}', { a: 1 }],
    [
      "protobuf",
      "application/vnd.kubernetes.protobuf",
      envelope("v1", "Service", message(1, text(1, "web"))),
      { apiVersion: "v1", kind: "Service", metadata: { name: "web" } },
    ],
    ["a byte order mark is passed over", "application/json", '\ufeff{"a":1}', { a: 1 }],
    ["bytes that are not UTF-8 are replaced", "application/json", new Uint8Array([0x22, 0xff, 0x22]), "\ufffd"],
  ])("%s", async (_name, type, body, value) => {
    expect(outcome(await readObject(post(type, body), "Service"))).toMatchObject({ value, duplicates: [] });
  });

  test.each([
    [
      "a patch type",
      "application/merge-patch+json",
      "{}",
      "415 the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf",
    ],
    [
      "what is no protobuf",
      "application/vnd.kubernetes.protobuf",
      "x",
      "400 the object provided is unrecognized (must be of type Service): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (78)",
    ],
    [
      "protobuf of a kind that nobody knows",
      "application/vnd.kubernetes.protobuf",
      envelope("v1", "Nonesuch"),
      '400 no kind "Nonesuch" is registered for version "v1"',
    ],
    [
      "protobuf that is not what it says",
      "application/vnd.kubernetes.protobuf",
      envelope("v1", "Service", integer(1, 1)),
      '400 Service in version "v1" cannot be handled as a Service: metadata: proto: wrong wireType = 0',
    ],
    ["nothing", "application/json", null, `${unrecognized} unexpected end of JSON input (<empty>)`],
    [
      "half an object",
      "application/json",
      '{"kind":"Service","apiVersion":"v1"',
      `${unrecognized} unexpected end of JSON input ({"kind":"Service","apiVersion" ...)`,
    ],
    [
      "text",
      "application/json",
      "hello",
      `${unrecognized} invalid character 'h' looking for beginning of value (68656c6c6f)`,
    ],
    [
      "broken YAML",
      "application/yaml",
      "a: 1\na: 2",
      `${unrecognized} error converting YAML to JSON: yaml: Map keys must be unique at line 2, column 1 (613a20310a613a2032)`,
    ],
    [
      "two YAML documents",
      "application/yaml",
      "a: 1\n---\nb: 1",
      `${unrecognized} the body holds more than one YAML document (613a20310a2d2d2d0a623a2031)`,
    ],
    [
      "empty YAML",
      "application/yaml",
      "# nothing",
      `${unrecognized} unexpected end of JSON input (23206e6f7468696e67)`,
    ],
  ])("%s is refused", async (_name, type, body, message) => {
    expect(outcome(await readObject(post(type, body), "Service"))).toBe(message);
  });

  test("fields that stand twice are told", async () => {
    expect(outcome(await readObject(post(null, '{"a":{"b":1,"b":2}}'), "Service"))).toMatchObject({
      duplicates: ["a.b"],
    });
  });
});

describe("a body of more than 3 MiB", () => {
  const tooLarge = "413 Request entity too large: limit is 3145728";

  /** A body of so many mebibytes, and how many of them were read. */
  const endless = (mebibytes: number): { readonly body: ReadableStream<Uint8Array>; readonly pulled: () => number } => {
    let pulled = 0;
    const pull = (c: ReadableStreamDefaultController<Uint8Array>): void =>
      ++pulled > mebibytes ? c.close() : c.enqueue(new Uint8Array(1024 * 1024));
    return { body: new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 }), pulled: () => pulled };
  };

  test("is read to its end, so that its sender sees the answer", async () => {
    const { body, pulled } = endless(5);
    const request = post(null, body, { "content-length": String(5 * 1024 * 1024) });
    expect(outcome(await readObject(request, "Service"))).toBe(tooLarge);
    expect(pulled()).toBe(6);
  });

  test("is read no further than 16 MiB", async () => {
    const { body, pulled } = endless(1000);
    expect(outcome(await readObject(post(null, body), "Service"))).toBe(tooLarge);
    expect(pulled()).toBe(17);
  });

  test("of exactly the limit is read", async () => {
    const text = `"${"x".repeat(MAX_BODY_BYTES - 2)}"`;
    expect((await readObject(post(null, text), "Service")).ok).toBe(true);
  });
});

describe("a patch's body", () => {
  test.each([
    ["application/json-patch+json", "json"],
    ["application/merge-patch+json", "merge"],
    ["application/strategic-merge-patch+json; charset=utf-8", "strategic"],
    ["application/apply-patch+yaml", "apply"],
  ])("%s", async (type, patchType) => {
    expect(outcome(await readPatch(post(type, '{"a":null}')))).toMatchObject({ patchType, value: { a: null } });
  });

  test("server-side apply takes YAML", async () => {
    expect(outcome(await readPatch(post("application/apply-patch+yaml", "a: {b: 1}")))).toMatchObject({
      value: { a: { b: 1 } },
    });
  });

  test.each([
    [
      "no type",
      null,
      "{}",
      /^415 .*application\/json-patch\+json, application\/merge-patch\+json, application\/strategic-merge-patch\+json, application\/apply-patch\+yaml$/,
    ],
    ["JSON", "application/json", "{}", /^415 /],
    ["half a patch", "application/merge-patch+json", "{", /^400 error decoding patch: unexpected end of JSON input$/],
  ])("%s is refused", async (_name, type, body, message) => {
    expect(outcome(await readPatch(post(type, body)))).toMatch(message);
  });
});

describe("delete options", () => {
  test("nothing sent is undefined, whatever the type", async () => {
    expect(await readDeleteOptions(post("application/vnd.kubernetes.protobuf", null))).toEqual({
      ok: true,
      value: undefined,
    });
  });

  test("what was sent is decoded", async () => {
    expect(outcome(await readDeleteOptions(post("application/json", '{"gracePeriodSeconds":0}')))).toEqual({
      gracePeriodSeconds: 0,
    });
    const sent = envelope("v1", "DeleteOptions", integer(1, 0));
    expect(outcome(await readDeleteOptions(post("application/vnd.kubernetes.protobuf", sent)))).toEqual({
      apiVersion: "v1",
      kind: "DeleteOptions",
      gracePeriodSeconds: 0,
    });
    expect(outcome(await readDeleteOptions(post("text/plain", "x")))).toMatch(/^415 /);
    expect(outcome(await readDeleteOptions(post("application/vnd.kubernetes.protobuf", "x")))).toMatch(
      /^400 provided data does not appear to be a protobuf message/,
    );
    expect(outcome(await readDeleteOptions(post(null, "x")))).toMatch(
      /^400 couldn't get version\/kind; json parse error: /,
    );
  });
});

import { describe, expect, test, vi } from "vitest";
import { notFound, serviceUnavailable } from "../../../../shared/apimachinery/status.ts";
import { exceptionResponse, jsonResponse, statusResponse } from "../../../../workers/api-server/status-response.ts";

test("a Status goes out under its code, as bare application/json", async () => {
  const response = statusResponse(notFound({ group: "apps", resource: "deployments" }, "web"));
  expect(response.status).toBe(404);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.has("retry-after")).toBe(false);
  expect(await response.json()).toMatchObject({ kind: "Status", reason: "NotFound", code: 404 });
});

test("a Status that asks to come again says so in the header", () => {
  expect(statusResponse(serviceUnavailable("busy")).headers.get("retry-after")).toBe("1");
});

test.each([
  ["quotes and backslashes are escaped", 'unknown field "spec.x\\y"', '299 - "unknown field \\"spec.x\\\\y\\""'],
  ["line breaks cannot end the header", "a\r\nset-cookie: b", '299 - "a set-cookie: b"'],
  ["what is not ASCII is left out", "größe", '299 - "gr e"'],
])("a warning: %s", (_name, text, header) => {
  expect(jsonResponse("{}", 200, [text]).headers.get("warning")).toBe(header);
});

const quietly = (error: unknown, readOnly: boolean): Response => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const response = exceptionResponse(error, readOnly);
  expect(log).toHaveBeenCalledOnce();
  log.mockRestore();
  return response;
};

describe("an exception", () => {
  test.each([
    ["is a 500", new Error("x"), true, 500],
    ["that is no Error is a 500 as well", "x", true, 500],
    ["of an overloaded object can be repeated", Object.assign(new Error("x"), { overloaded: true }), false, 503],
    ["that is transient can be repeated by a read", Object.assign(new Error("x"), { retryable: true }), true, 503],
    [
      "that is transient cannot be repeated by a write: it may have happened",
      Object.assign(new Error("x"), { retryable: true }),
      false,
      500,
    ],
  ])("%s", async (_name, error, readOnly, code) => {
    const response = quietly(error, readOnly);
    expect(response.status).toBe(code);
    expect(await response.json()).toMatchObject({ kind: "Status", code });
  });
});

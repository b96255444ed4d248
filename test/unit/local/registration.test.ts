import { afterEach, describe, expect, test } from "vitest";
import { register, registerOnce } from "../../../local/registration.ts";
import type { Registration, RegistrationOptions } from "../../../local/registration-types.ts";

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly init: RequestInit;
}

/** A server that answers as it is told, `Error` for one that is not there; the last answer stays. */
function server(...answers: readonly (number | Error)[]) {
  const sent: Sent[] = [];
  const waiting: (() => void)[] = [];
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    const answer = answers[Math.min(sent.length, answers.length - 1)] ?? 200;
    sent.push({ method: init.method ?? "", url, init });
    for (const look of waiting) look();
    if (answer instanceof Error) return Promise.reject(answer);
    const body = answer < 300 ? {} : { kind: "Status", message: `refused with ${answer}` };
    return Promise.resolve(Response.json(body, { status: answer }));
  };
  /** Resolves when this many requests have been sent. */
  const requests = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => (sent.length >= count ? resolve() : undefined);
      waiting.push(look);
      look();
    });
  return { sent, fetch, requests };
}

let registration: Registration | undefined;
afterEach(() => registration?.stop());

const options = (
  fetch: RegistrationOptions["fetch"],
  more: Partial<RegistrationOptions> = {},
): RegistrationOptions => ({
  server: "https://api.example/clusters/one/",
  service: "web",
  url: "http://10.0.0.1:3000/base",
  onError: () => {},
  ...(fetch === undefined ? {} : { fetch }),
  ...more,
});

describe("a registration", () => {
  test("says where, for how long and with which token", async () => {
    const { fetch, sent } = server(201);
    await registerOnce(
      options(fetch, { namespace: "shop", id: "a", token: "secret", weight: 2, zone: "eu", ttlSeconds: 9 }),
    );
    const [{ url, method, init } = { url: "", method: "", init: {} as RequestInit }] = sent;
    expect([method, url]).toEqual([
      "PUT",
      "https://api.example/clusters/one/registry/v1/namespaces/shop/services/web/endpoints/a",
    ]);
    expect(init.headers).toEqual({ "content-type": "application/json", authorization: "Bearer secret" });
    expect(JSON.parse(init.body as string)).toEqual({
      url: "http://10.0.0.1:3000/base",
      weight: 2,
      zone: "eu",
      ttlSeconds: 9,
    });
  });

  test.each([
    ["http://10.0.0.1:3000/base", /^10-0-0-1-3000-base-[0-9a-f]{8}$/],
    ["https://[::1]/", /^1-[0-9a-f]{8}$/],
    ["https://SHOP.example", /^shop-example-[0-9a-f]{8}$/],
    [`https://${"a".repeat(300)}.example`, /^a{50}-[0-9a-f]{8}$/],
  ])("of %.40s has an id that is made from it, the same each time", async (url, id) => {
    const { fetch } = server(200);
    const ids = [await registerOnce(options(fetch, { url })), await registerOnce(options(fetch, { url }))];
    expect(ids[0]).toMatch(id);
    expect(ids[1]).toBe(ids[0]);
  });

  test("is renewed within its time, also after failures, until it is stopped", async () => {
    const errors: string[] = [];
    const { fetch, sent, requests } = server(201, 200, 503, new Error("refused"), 200);
    registration = await register(options(fetch, { ttlSeconds: 1, onError: ({ message }) => errors.push(message) }));
    await requests(6);
    expect(errors).toEqual(["refused with 503", "refused"]);
    await registration.stop();
    const count = sent.length;
    expect(sent.map(({ method }) => method)).toEqual([...Array.from({ length: count - 1 }, () => "PUT"), "DELETE"]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(sent).toHaveLength(count);
  });

  test.each([400, 401, 403, 409, 422])("that is refused with %i is given up, and the message told", async (code) => {
    await expect(register(options(server(code).fetch))).rejects.toThrow(`refused with ${code}`);
  });

  test.each<[string, number | Error]>([
    ["a server that is not there", new Error("connection refused")],
    ["a server that is busy", 503],
    ["a Service that is not there", 404],
  ])("waits for %s", async (_, answer) => {
    const { fetch, sent } = server(answer, answer, 201);
    registration = await register(options(fetch));
    expect(sent).toHaveLength(3);
  });

  test("is stopped quietly when the server has gone", async () => {
    const { fetch } = server(201, new Error("connection refused"));
    await expect((await register(options(fetch))).stop()).resolves.toBeUndefined();
  });
});

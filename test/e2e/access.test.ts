/** Who gets at the API of a local process: everyone on this machine, and from elsewhere whoever has the token. */
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { cleanUp, FREE_PORTS, wherry, wherryUp, type Cli } from "./process.ts";

let cli: Cli;
let addresses: ReadyAddresses;
let token: string;

beforeAll(async () => {
  const elsewhere = FREE_PORTS.map((word, i) => (FREE_PORTS[i - 1] === "--api" ? "0.0.0.0:0" : word));
  cli = wherryUp(["--ephemeral", ...elsewhere, "--image", "web=http://127.0.0.1:3000"]);
  addresses = await cli.ready();
  const config = parse(readFileSync(addresses.kubeconfig, "utf8")) as {
    readonly users: readonly { readonly user: { readonly token: string } }[];
  };
  token = config.users[0]?.user.token ?? "";
});
afterAll(cleanUp);

interface Answer {
  readonly code: number;
  readonly body: { readonly kind?: string; readonly reason?: string };
}

/** By way of node:http, which sends any Host it is told to. */
const ask = (headers: Readonly<Record<string, string>>, path = "/api/v1/namespaces"): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const port = new URL(addresses.api).port;
    request({ host: "127.0.0.1", port, path, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("end", () => resolve({ code: answer.statusCode ?? 0, body: JSON.parse(text) as Answer["body"] }));
    })
      .on("error", reject)
      .end();
  });

describe("an API that other machines can reach", () => {
  test("has a token that is hard to guess, in the kubeconfig", () => {
    expect(token).toMatch(/^[\w-]{43}$/);
  });

  test("answers to its bearer", async () => {
    expect(await ask({ authorization: `Bearer ${token}` })).toMatchObject({
      code: 200,
      body: { kind: "NamespaceList" },
    });
  });

  test.each([
    ["nobody in particular", {}],
    ["the bearer of another token", { authorization: "Bearer guess" }],
    ["the bearer of a part of it", { authorization: "Bearer " }],
    ["one who says to be on this machine by the Host", { host: "localhost" }],
    ["one who says so with the port", { host: "127.0.0.1:6443" }],
    ["one who says to come from here", { "x-forwarded-for": "127.0.0.1", forwarded: "for=127.0.0.1;host=localhost" }],
  ])("is closed to %s", async (_, headers) => {
    expect(await ask(headers)).toMatchObject({ code: 401, body: { kind: "Status", reason: "Unauthorized" } });
  });

  test.each(["/healthz", "/version", "/openapi/v2", "/clusters/other/api/v1/namespaces", "/"])(
    "is closed at %s as well",
    async (path) => {
      expect((await ask({}, path)).code).toBe(401);
    },
  );

  test("says so when it starts", () => {
    expect(cli.stdout()).toContain(
      "Warning: --api 0.0.0.0:0 is open to other machines: it asks for the token in the kubeconfig",
    );
  });
});

describe("wherry dig", () => {
  const dig = async (...flags: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> => {
    const command = wherry(["dig", "kubernetes.default.svc.cluster.local", "--server", addresses.doh, ...flags]);
    const code = await command.exit;
    return { code, text: command.stdout() + command.stderr() };
  };

  test("is refused without the token, and says what is missing", async () => {
    const { code, text } = await dig();
    expect(code).toBe(1);
    expect(text).toMatch(/Unauthorized.*--token/s);
  });

  test("is answered with it", async () => {
    const { code, text } = await dig("--token", token);
    expect(text).toContain("kubernetes.default.svc.cluster.local. 5 IN A 10.96.0.1");
    expect(code).toBe(0);
  });
});

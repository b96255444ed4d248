/** Who gets at the API of a local process: everyone on this machine, and from elsewhere whoever has the token, over TLS. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { cleanUp, eventually, FREE_PORTS, temporaryDirectory, wherry, wherryUp, type Cli } from "./process.ts";
import { findTool } from "./tools.ts";

const kubectlTool = await findTool("kubectl");

let cli: Cli;
let addresses: ReadyAddresses;
let token: string;

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Record<string, unknown> }[];
  readonly users: readonly { readonly user: { token?: string } }[];
}

const configOf = ({ kubeconfig }: ReadyAddresses): Kubeconfig => parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;

const tokenOf = (started: ReadyAddresses): string => configOf(started).users[0]?.user.token ?? "";

const authorityOf = (started: ReadyAddresses): string =>
  Buffer.from(String(configOf(started).clusters[0]?.cluster["certificate-authority-data"]), "base64").toString();

beforeAll(async () => {
  const elsewhere = FREE_PORTS.map((word, i) => (FREE_PORTS[i - 1] === "--api" ? "0.0.0.0:0" : word));
  cli = wherryUp(["--ephemeral", ...elsewhere, "--image", "web=http://127.0.0.1:3000"]);
  addresses = await cli.ready();
  token = tokenOf(addresses);
});
afterAll(cleanUp);

interface Answer {
  readonly code: number;
  readonly body: { readonly kind?: string; readonly reason?: string };
}

/** By way of node:http, which sends any Host it is told to. */
const ask = (
  headers: Readonly<Record<string, string>>,
  path = "/api/v1/namespaces",
  server = addresses.api,
  ca = authorityOf(addresses),
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options = { path, headers, ca, agent: false };
    const request = server.startsWith("https:") ? httpsRequest : httpRequest;
    request(server, options, (answer) => {
      textOf(answer).then(
        (text) => resolve({ code: answer.statusCode ?? 0, body: JSON.parse(text) as Answer["body"] }),
        reject,
      );
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

describe("plain HTTP", () => {
  test("is not spoken to other machines", async () => {
    const plain = addresses.api.replace("https:", "http:");
    await expect(ask({ authorization: `Bearer ${token}` }, "/version", plain)).rejects.toThrow();
  });
});

describe.skipIf(kubectlTool.path === null)("kubectl over TLS", () => {
  const running: ChildProcess[] = [];
  afterAll(() => running.forEach((child) => child.kill()));

  const line = (command: string, kubeconfig = addresses.kubeconfig): readonly string[] => [
    "--kubeconfig",
    kubeconfig,
    "--cache-dir",
    join(cli.directory, "cache"),
    ...command.split(" "),
  ];
  const kubectl = (command: string, kubeconfig?: string): Promise<{ readonly code: number; readonly text: string }> =>
    new Promise((resolve) => {
      const options = { timeout: 30_000 };
      const child = execFile(kubectlTool.path ?? "", line(command, kubeconfig), options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), text: stdout + stderr });
      });
      // Without a token it asks for a name and a password.
      child.stdin?.end();
    });
  const start = (command: string): { readonly output: () => string; readonly child: ChildProcess } => {
    const child = spawn(kubectlTool.path ?? "", line(command), { stdio: ["ignore", "pipe", "pipe"] });
    running.push(child);
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    return { output: () => said, child };
  };
  /** The kubeconfig with something else in it. */
  const changed = (change: (config: Kubeconfig) => void): string => {
    const config = configOf(addresses);
    change(config);
    const path = join(temporaryDirectory(), "kubeconfig");
    writeFileSync(path, stringify(config));
    return path;
  };

  test("creates and lists with the token of the kubeconfig", async () => {
    expect(await kubectl("create namespace shop")).toEqual({ code: 0, text: "namespace/shop created\n" });
    expect((await kubectl("get namespaces -o name")).text).toContain("namespace/shop\n");
  });

  test("is refused with another token, and without one", async () => {
    const refused = { code: 1, text: expect.stringContaining("You must be logged in to the server") };
    const wrong = changed(({ users }) => users.forEach(({ user }) => (user.token = "guess")));
    const without = changed(({ users }) => users.forEach(({ user }) => delete user.token));
    expect(await kubectl("get namespaces", wrong)).toEqual(refused);
    expect(await kubectl("get --raw /api/v1/namespaces", without)).toMatchObject({ code: 1 });
  });

  test("trusts nobody but the authority", async () => {
    const untrusting = changed(({ clusters }) =>
      clusters.forEach(({ cluster }) => delete cluster["certificate-authority-data"]),
    );
    expect((await kubectl("get namespaces", untrusting)).text).toContain("certificate signed by unknown authority");
  });

  test("sees changes while it watches, and others do so when it has gone away", async () => {
    const watches = Array.from({ length: 8 }, () => start("get configmaps -n shop --watch -o name"));
    await eventually(() => {
      for (const { output } of watches) expect(output()).toContain("configmap/kube-root-ca.crt");
    });
    watches.slice(1).forEach(({ child }) => child.kill());
    await kubectl("create configmap seen -n shop");
    await eventually(() => expect(watches[0]?.output()).toContain("configmap/seen\n"));
    expect(watches[1]?.output()).not.toContain("configmap/seen");
  });

  test("follows logs", async () => {
    await kubectl("run web -n shop --image=nginx --port=80 --expose");
    expect((await kubectl("wait -n shop --for=condition=Ready pod/web --timeout=20s")).code).toBe(0);
    const logs = start("logs -n shop -f web");
    await eventually(() => expect(logs.output()).toContain("nginx"));
    await kubectl("get --raw /api/v1/namespaces/shop/pods/web:80/proxy/asked-for");
    await eventually(() => expect(logs.output()).toContain("/asked-for"));
  });

  test("its proxy passes requests and watches on", async () => {
    const { child, output } = start("proxy --port=0");
    await eventually(() => expect(output()).toMatch(/127\.0\.0\.1:\d+/));
    const server = `http://${/127\.0\.0\.1:\d+/.exec(output())?.[0]}`;
    const watching = await fetch(`${server}/api/v1/namespaces?watch=1`);
    expect(watching.status).toBe(200);
    await watching.body?.cancel();
    child.kill();
    await once(child, "close");
  });

  test("is told at once that nothing can be attached to, and no port forwarded", async () => {
    expect(await kubectl("exec -n shop web -- ls")).toMatchObject({ code: 1, text: /no container runs/ });
    expect(await kubectl("port-forward -n shop web :80")).toMatchObject({ code: 1, text: /reached through Services/ });
  });
});

describe("TLS beside a plain API on loopback", () => {
  let both: ReadyAddresses;
  beforeAll(async () => {
    both = await wherryUp(["--ephemeral", ...FREE_PORTS, "--api-tls", "127.0.0.1:0"]).ready();
  });

  test("has kubectl use it, with the token", () => {
    const { clusters, users } = configOf(both);
    expect(both.apiTls).toMatch(/^https:/);
    expect(clusters[0]?.cluster["server"]).toBe(both.apiTls);
    expect(users[0]?.user.token).toMatch(/^[\w-]{43}$/);
  });

  test("asks for the token there, and not on loopback", async () => {
    const overTls = (headers: Readonly<Record<string, string>>) =>
      ask(headers, "/version", both.apiTls, authorityOf(both));
    const bearer = { authorization: `Bearer ${tokenOf(both)}`, "wherry-front": "guess" };
    const answers = [
      await ask({}, "/version", both.api),
      await overTls({}),
      await overTls({ authorization: "Bearer guess" }),
      await overTls(bearer),
    ];
    expect(answers.map(({ code }) => code)).toEqual([200, 401, 401, 200]);
  });
});

describe("wherry explain", () => {
  test("asks over TLS, by the kubeconfig", async () => {
    const command = wherry(["explain", "http://nobody.test/", "--kubeconfig", addresses.kubeconfig]);
    expect([await command.exit, command.stdout()]).toEqual([0, expect.stringContaining("404: no Ingress matches")]);
  });

  test("says what is wrong without", async () => {
    const command = wherry(["explain", "http://nobody.test/", "--server", addresses.api]);
    expect([await command.exit, command.stderr()]).toEqual([1, expect.stringContaining("no answer from https:")]);
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

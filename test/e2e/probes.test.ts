/** Probes, restarts and termination of Pods whose backends are real and fail in real ways, as kubectl shows them. */
import { createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { MODES, patient, type Patient } from "../../bench/patient.ts";
import { backend, closeBackends } from "./backends.ts";
import { openCommandLine, type CommandLine } from "./kubectl/command-line.ts";
import { eventually } from "./process.ts";
import { findTool } from "./tools.ts";

const kubectl = await findTool("kubectl");
const patients: Patient[] = [];
let commands: CommandLine;

const newPatient = async (): Promise<Patient> => {
  const one = await patient();
  patients.push(one);
  return one;
};

interface Options {
  readonly annotation?: string;
  readonly spec?: object;
}

const manifest = (name: string, container: object, { annotation, spec }: Options = {}): string => {
  const labels = { app: name };
  const annotations = annotation === undefined ? {} : { "wherry.internal/backend": annotation };
  const main = { name: "main", image: "acme/app:1", ports: [{ name: "http", containerPort: 8080 }], ...container };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels, annotations },
    spec: { containers: [main], ...spec },
  };
  const ports = [{ port: 80, targetPort: "http" }];
  const service = { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { selector: labels, ports } };
  return [pod, service].map((object) => JSON.stringify(object)).join("\n---\n");
};

async function run(command: string, stdin?: string): Promise<string> {
  const { code, text } = await commands.run(`kubectl ${command}`, stdin === undefined ? {} : { stdin });
  if (code !== 0) throw new Error(`kubectl ${command}: exit code ${code}: ${text}`);
  return text;
}

const apply = (text: string): Promise<string> => run("apply -f -", text);
const wait = (name: string, jsonpath: string): Promise<string> =>
  run(`wait pod/${name} --for=jsonpath='${jsonpath}' --timeout=25s`);
const becomes = (name: string, condition: string): Promise<string> =>
  run(`wait pod/${name} --for=condition=${condition} --timeout=25s`);

const probe = { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 1, failureThreshold: 2 };

/** A server that speaks gRPC without TLS, and whose health service answers with what `status` gives; null: it has none. */
async function grpcServer(
  status: () => number | null,
): Promise<{ readonly server: Http2Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const code = request.url === "/grpc.health.v1.Health/Check" ? status() : null;
    request.resume();
    response.writeHead(200, { "content-type": "application/grpc", trailer: "grpc-status" });
    if (code !== null) response.write(Buffer.from([0, 0, 0, 0, 2, 8, code]));
    response.addTrailers({ "grpc-status": code === null ? "12" : "0" });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe.skipIf(kubectl.path === null)("probes", () => {
  beforeAll(async () => {
    commands = await openCommandLine({ kubectl: kubectl.path ?? "" }, {});
  });
  afterEach(async () => {
    for (const one of patients.splice(0)) one.stop();
    await closeBackends();
  });
  afterAll(() => commands.stop());

  const SAYS = {
    "refuses connections":
      /Readiness probe failed: Get "http:\/\/10\.244\.[\d.]+:8080\/healthz": dial tcp 10\.244\.[\d.]+:8080: connect: connection refused/,
    hangs:
      /Readiness probe failed: Get "http:\/\/10\.244\.[\d.]+:8080\/healthz": context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)/,
    "answers 500": /Readiness probe failed: HTTP probe failed with statuscode: 500/,
  } as const;

  test.each(MODES)("a Pod whose backend %s is unready until it has recovered", async (mode) => {
    const name = `unready-${MODES.indexOf(mode)}`;
    const one = await newPatient();
    await apply(manifest(name, { readinessProbe: probe }, { annotation: one.url }));
    await becomes(name, "Ready");
    await one.break(mode);
    await becomes(name, "Ready=False");
    expect(await run(`get pod ${name} --no-headers`)).toMatch(/^\S+ +0\/1 +Running +0 /);
    const slices = `get endpointslices -l kubernetes.io/service-name=${name}`;
    const conditions = `${slices} -o jsonpath='{.items[*].endpoints[*].conditions}'`;
    expect(await run(conditions)).toBe('{"ready":false,"serving":false,"terminating":false}');
    await one.mend();
    await becomes(name, "Ready");
    expect(await run(conditions)).toBe('{"ready":true,"serving":true,"terminating":false}');
    const described = await run(`describe pod ${name}`);
    expect(described).toMatch(SAYS[mode]);
    expect(described).toMatch(
      /Readiness: +http-get http:\/\/:http\/healthz delay=0s timeout=1s period=1s #success=1 #failure=2/,
    );
    expect(described).toMatch(/Warning +Unhealthy .* kubelet +spec\.containers\{main\}: Readiness/);
  });

  test("a container whose liveness probe fails is restarted, at once and then after a back-off", async () => {
    const one = await newPatient();
    await apply(manifest("crash", { livenessProbe: probe }, { annotation: one.url }));
    await becomes("crash", "Ready");
    await one.break("answers 500");
    await wait("crash", "{.status.containerStatuses[0].restartCount}=1");
    await wait("crash", "{.status.containerStatuses[0].state.waiting.reason}=CrashLoopBackOff");
    expect(await run("get pod crash --no-headers")).toMatch(/^crash +0\/1 +CrashLoopBackOff +1 \(\d+s ago\) /);
    const message = await run("get pod crash -o jsonpath='{.status.containerStatuses[0].state.waiting.message}'");
    expect(message).toMatch(/^back-off 10s restarting failed container=main pod=crash_default\([0-9a-f-]{36}\)$/);
    await one.mend();
    await wait("crash", "{.status.containerStatuses[0].restartCount}=2");
    await becomes("crash", "Ready");
    expect(await run("get pod crash --no-headers")).toMatch(/^crash +1\/1 +Running +2 \(\d+s ago\) /);
    const described = await run("describe pod crash");
    expect(described).toMatch(/Last State: +Terminated\n +Reason: +Error\n +Exit Code: +137/);
    for (const line of [
      /Warning +Unhealthy +\S+ \(x4 over \S+\) +kubelet +spec\.containers\{main\}: Liveness probe failed: HTTP probe failed with statuscode: 500/,
      /Normal +Killing +\S+ \(x2 over \S+\) +kubelet +spec\.containers\{main\}: Container main failed liveness probe, will be restarted/,
      /Warning +BackOff +\S+ +kubelet +spec\.containers\{main\}: Back-off restarting failed container main in pod crash_default/,
      /Normal +Started +\S+ \(x3 over \S+\) +kubelet +spec\.containers\{main\}: Container started/,
    ])
      expect(described).toMatch(line);
    expect(await run("logs crash --previous")).toMatch(
      /^wherry: container main started .*\n.* ended with exit code 137$/m,
    );
  });

  test("the example of the Kubernetes manual restarts, because its server says 500 after ten seconds", async () => {
    const livenessProbe = { httpGet: { path: "/healthz", port: 8080 }, initialDelaySeconds: 3, periodSeconds: 1 };
    const image = "registry.k8s.io/e2e-test-images/agnhost:2.40";
    await apply(manifest("liveness-http", { image, args: ["liveness"], livenessProbe }));
    await wait("liveness-http", "{.status.containerStatuses[0].restartCount}=1");
    await becomes("liveness-http", "Ready");
  });

  test("a startup probe keeps the others waiting; with policy Never its failure is the end", async () => {
    const one = await newPatient();
    await one.break("answers 500");
    const startupProbe = { ...probe, failureThreshold: 30 };
    await apply(manifest("slow", { startupProbe, livenessProbe: probe }, { annotation: one.url }));
    await wait("slow", "{.status.containerStatuses[0].started}=false");
    const spec = { restartPolicy: "Never" };
    await apply(manifest("never", { startupProbe: { ...probe, failureThreshold: 3 } }, { annotation: one.url, spec }));
    await wait("never", "{.status.phase}=Failed");
    expect(await run("get pod never --no-headers")).toMatch(/^never +0\/1 +Error +0 /);
    expect(await run("get events --field-selector reason=Killing,involvedObject.name=never")).toMatch(
      /Container main failed startup probe$/m,
    );
    expect(await run("get pod slow --no-headers")).toMatch(/^slow +0\/1 +Running +0 /);
    await one.mend();
    await becomes("slow", "Ready");
  });

  test("tcpSocket opens a connection", async () => {
    const one = await newPatient();
    const tcp = { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 1 };
    await apply(manifest("tcp", { readinessProbe: tcp }, { annotation: one.url }));
    await becomes("tcp", "Ready");
    await one.break("refuses connections");
    await becomes("tcp", "Ready=False");
    expect(await run("describe pod tcp")).toMatch(
      /Readiness probe failed: dial tcp \S+:8080: connect: connection refused/,
    );
    await one.mend();
    await becomes("tcp", "Ready");
  });

  test("what is asked is the annotated URL with its base path, as the kubelet asks", async () => {
    const asked = Promise.withResolvers<{ url: string; agent: string; custom: string }>();
    const { url } = await backend((request, response) => {
      const { "user-agent": agent = "", "x-custom": custom = "" } = request.headers;
      asked.resolve({ url: request.url ?? "", agent, custom: String(custom) });
      response.end();
    });
    const httpHeaders = [{ name: "X-Custom", value: "Awesome" }];
    const readinessProbe = { ...probe, httpGet: { ...probe.httpGet, httpHeaders } };
    await apply(manifest("asked", { readinessProbe }, { annotation: `${url}/base` }));
    expect(await asked.promise).toEqual({ url: "/base/healthz", agent: "kube-probe/1.35", custom: "Awesome" });
  });
});

describe.skipIf(kubectl.path === null)("logs", () => {
  beforeAll(async () => {
    commands = await openCommandLine({ kubectl: kubectl.path ?? "" }, {});
  });
  afterAll(() => commands.stop());

  test("of a Pod with a built-in backend are the requests it has served, as they come", async () => {
    await apply(manifest("chatty", { image: "nginx" }));
    await becomes("chatty", "Ready");
    const get = (path: string): Promise<string> =>
      run(`get --raw /api/v1/namespaces/default/services/chatty/proxy${path}`);
    await get("/?n=first");
    await eventually(async () => expect(await run("logs chatty")).toMatch(/"GET \/\?n=first HTTP\/1\.1" 200$/m));
    const following = commands.start("kubectl logs -f chatty --tail=1");
    await eventually(() => expect(following.output()).toContain("first"));
    await get("/?n=second");
    await eventually(() => expect(following.output()).toMatch(/first.*\n.*"GET \/\?n=second HTTP\/1\.1" 200\n$/));
    await run("delete pod chatty --wait=false");
    await following.ended;
  });
});

describe.skipIf(kubectl.path === null)("termination", () => {
  beforeAll(async () => {
    commands = await openCommandLine({ kubectl: kubectl.path ?? "" }, {});
  });
  afterEach(closeBackends);
  afterAll(() => commands.stop());

  test("preStop is called by HTTP, and the Pod stays until it has answered", async () => {
    const called = Promise.withResolvers<() => void>();
    const { url } = await backend((request, response) => {
      if (request.url === "/goodbye") called.resolve(() => response.end());
      else response.end();
    });
    const lifecycle = { preStop: { httpGet: { path: "/goodbye", port: "http" } } };
    await apply(manifest("polite", { lifecycle }, { annotation: url }));
    await becomes("polite", "Ready");
    await run("delete pod polite --wait=false");
    const answer = await called.promise;
    expect(await run("get pod polite --no-headers")).toMatch(/ Terminating /);
    const conditions =
      "get endpointslices -l kubernetes.io/service-name=polite -o jsonpath='{.items[*].endpoints[*].conditions}'";
    expect(await run(conditions)).toBe('{"ready":false,"serving":true,"terminating":true}');
    const gone = run("wait pod/polite --for=delete --timeout=20s");
    answer();
    await gone;
  });

  test.each([
    ["--grace-period=1", /deleted/],
    ["--now", /deleted/],
    ["--force --grace-period=0", /Immediate deletion does not wait/],
  ])(
    "kubectl delete %s does not wait for a preStop that hangs; a second delete shortens the first",
    async (flags, says) => {
      const { url } = await backend(() => undefined);
      const lifecycle = { preStop: { httpGet: { path: "/hangs", port: "http" } } };
      await apply(manifest("rude", { lifecycle }, { annotation: url }));
      await becomes("rude", "Ready");
      await run("delete pod rude --wait=false");
      expect(await run("get pod rude -o jsonpath='{.metadata.deletionGracePeriodSeconds}'")).toBe("30");
      expect(await run(`delete pod rude ${flags} --timeout=15s`)).toMatch(says);
      await run("wait pod/rude --for=delete --timeout=15s");
    },
  );

  test("a gRPC server is asked for its health, and its Pod is ready while it says that it serves", async () => {
    let status: number | null = 1;
    const { server, url } = await grpcServer(() => status);
    const grpc = { grpc: { port: 8080, service: "shop.Cart" }, periodSeconds: 1, failureThreshold: 1 };
    await apply(manifest("grpc", { readinessProbe: grpc }, { annotation: url }));
    await becomes("grpc", "Ready");
    status = 2;
    await becomes("grpc", "Ready=false");
    status = 1;
    await becomes("grpc", "Ready");
    status = null;
    await becomes("grpc", "Ready=false");
    server.close();
    await eventually(async () => {
      const said = await run("get events --field-selector involvedObject.name=grpc,reason=Unhealthy");
      expect(said).toContain('Readiness probe failed: service unhealthy (responded with "NOT_SERVING")');
      expect(said).toContain("Readiness probe failed: error: health rpc probe failed");
      expect(said).toMatch(/Readiness probe failed: timeout: failed to connect service "[\d.]+:8080" within 1s/);
    });
  });
});

/** kubectl and the kinds beside Services and Pods: networking, access, leases; eviction, logs, tokens; how things are deleted. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cleanUp, eventually, FREE_PORTS, wherryUp, type Cli } from "./process.ts";
import { findTool } from "./tools.ts";

const run = promisify(execFile);
const tool = await findTool("kubectl");

const DEPLOYMENT = (name: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image: "nginx" }] } },
  },
});
const SERVICE = (name: string) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
});
const INGRESS = (name: string, spec: object = {}) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name },
  spec: {
    rules: [
      {
        host: "shop.example.com",
        http: {
          paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }],
        },
      },
    ],
    ...spec,
  },
});
const INGRESS_CLASS = (name: string) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name, annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
  spec: { controller: "example.com/ingress" },
});

describe.skipIf(tool.path === null)("kubectl", () => {
  let cli: Cli;
  let kubeconfig: string;
  let api: string;

  beforeAll(async () => {
    cli = wherryUp([...FREE_PORTS, "--ephemeral"]);
    ({ kubeconfig, api } = await cli.ready());
  });
  afterAll(cleanUp);

  const kubectl = async (...args: string[]): Promise<string> => {
    const { stdout } = await run(tool.path ?? "", ["--kubeconfig", kubeconfig, ...args]);
    return stdout;
  };
  const refusal = async (...args: string[]): Promise<string> => {
    const failed = await kubectl(...args).then(
      (text) => expect.fail(`was accepted: ${text}`),
      (error: unknown) => (error as { stderr: string }).stderr,
    );
    return failed;
  };
  let files = 0;
  const apply = (...objects: object[]): Promise<string> => {
    const file = join(cli.directory, `objects-${files++}.json`);
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    return kubectl("apply", "-f", file);
  };
  const words = (table: string): string[][] =>
    table
      .trim()
      .split("\n")
      .map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));

  test("describes an Ingress with the endpoints behind it", async () => {
    await apply(
      SERVICE("web"),
      DEPLOYMENT("web"),
      INGRESS("web", { ingressClassName: "wherry", tls: [{ secretName: "s" }] }),
    );
    await kubectl("rollout", "status", "deployment/web", "--timeout=20s");
    const [, row = []] = words(await kubectl("get", "ingress", "web"));
    expect(row.slice(0, 3)).toEqual(["web", "wherry", "shop.example.com"]);
    expect(await kubectl("describe", "ingress", "web")).toMatch(
      /\/ +web:80 \(10\.244\.\d+\.\d+:80,10\.244\.\d+\.\d+:80\)/,
    );
    expect(await refusal("create", "ingress", "bad", "--rule=a.example.com/x=web:http//")).toContain("error");
  });

  test("an Ingress gets the default class, the newest where there are several", async () => {
    const classOf = (name: string) => kubectl("get", "ingress", name, "-o", "jsonpath={.spec.ingressClassName}");
    await apply(INGRESS("classless"));
    expect(await classOf("classless")).toBe("wherry");
    await apply(INGRESS_CLASS("first"), INGRESS("second"));
    expect(await classOf("second")).toBe("first");
    await kubectl("delete", "ingressclass", "first", "wherry", "--cascade=foreground");
    await apply(INGRESS("third"));
    expect(await classOf("third")).toBe("");
    expect(await kubectl("get", "ingressclass", "-o", "name")).toBe("ingressclass.networking.k8s.io/nginx\n");
  });

  test("the service range is there, and IPAddresses come and go with their Services", async () => {
    expect(await kubectl("get", "servicecidr", "kubernetes", "-o", "jsonpath={.spec.cidrs}")).toBe('["10.96.0.0/12"]');
    await apply(SERVICE("fleeting"));
    const address = await kubectl("get", "service", "fleeting", "-o", "jsonpath={.spec.clusterIP}");
    expect(words(await kubectl("get", "ipaddress", address))[1]?.slice(0, 2)).toEqual([
      address,
      "services/default/fleeting",
    ]);
    await kubectl("delete", "service", "fleeting");
    expect(await refusal("get", "ipaddress", address)).toContain("NotFound");
    expect(await kubectl("get", "ip", "10.96.0.1", "-o", "jsonpath={.spec.parentRef.name}")).toBe("kubernetes");
  });

  test("reviews say that the administrator may do anything", async () => {
    expect(await kubectl("auth", "can-i", "delete", "nodes")).toBe("yes\n");
    expect(await kubectl("auth", "can-i", "--list")).toContain("*.*");
    expect(await kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")).toBe("kubernetes-admin");
    expect(await kubectl("auth", "whoami", "--as=jane", "-o", "jsonpath={.status.userInfo.username}")).toBe("jane");
  });

  test("a ServiceAccount's token is known again, until the ServiceAccount goes", async () => {
    await kubectl("create", "serviceaccount", "robot");
    const token = (await kubectl("create", "token", "robot")).trim();
    const review = async (text: string): Promise<unknown> => {
      const response = await fetch(`${api}/apis/authentication.k8s.io/v1/tokenreviews`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token: text } }),
      });
      expect(response.status).toBe(201);
      return ((await response.json()) as { status: unknown }).status;
    };
    const user = { username: "system:serviceaccount:default:robot" };
    expect(await review(token)).toMatchObject({ authenticated: true, user });
    expect(await review(token.replace(/[^.]+$/, (signature) => signature.split("").reverse().join("")))).toEqual({
      user: {},
      error: "invalid bearer token",
    });
    expect(await review("nonsense")).toEqual({ user: {}, error: "invalid bearer token" });
    await kubectl("delete", "serviceaccount", "robot");
    expect(await review(token)).toEqual({ user: {}, error: "invalid bearer token" });
  });

  test("roles and bindings are stored and printed", async () => {
    const rbac = { apiVersion: "rbac.authorization.k8s.io/v1" };
    await apply(
      {
        ...rbac,
        kind: "Role",
        metadata: { name: "reader" },
        rules: [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }],
      },
      {
        ...rbac,
        kind: "RoleBinding",
        metadata: { name: "readers" },
        roleRef: { kind: "Role", name: "reader" },
        subjects: [{ kind: "User", name: "jane" }],
      },
    );
    expect(words(await kubectl("get", "rolebindings", "-o", "wide"))[1]).toEqual([
      "readers",
      "Role/reader",
      expect.any(String),
      "jane",
    ]);
  });

  test("logs say when a container started, and follow it to its end", async () => {
    await apply(DEPLOYMENT("talker"));
    await kubectl("rollout", "status", "deployment/talker", "--timeout=20s");
    expect(await kubectl("logs", "deployment/talker")).toBe("wherry: container main started from image nginx\n");
    const pod = (await kubectl("get", "pods", "-l", "app=talker", "-o", "name")).split("\n")[0] ?? "";
    expect(await refusal("logs", pod, "-c", "other")).toContain("container other is not valid for pod");
    const following = kubectl("logs", "-f", pod);
    await kubectl("delete", pod, "--wait=false");
    expect(await following).toBe("wherry: container main started from image nginx\n");
  });

  test("cordon and drain evict the Pods of a node, which come again once it is uncordoned", async () => {
    await apply(DEPLOYMENT("mover"));
    await kubectl("rollout", "status", "deployment/mover", "--timeout=20s");
    await kubectl("cordon", "node-1");
    expect(await kubectl("get", "nodes")).toContain("SchedulingDisabled");
    expect(await kubectl("drain", "node-1", "--timeout=30s")).toContain("node/node-1 drained");
    await kubectl("uncordon", "node-1");
    await kubectl("rollout", "status", "deployment/mover", "--timeout=20s");
  });

  test("delete --cascade=orphan leaves a ReplicaSet, foreground leaves nothing", async () => {
    await apply(DEPLOYMENT("owner"));
    await kubectl("rollout", "status", "deployment/owner", "--timeout=20s");
    await kubectl("delete", "deployment", "owner", "--cascade=orphan");
    const sets = await kubectl("get", "replicasets", "-l", "app=owner", "-o", "name");
    expect(sets).toMatch(/^replicaset\.apps\/owner-\w+\n$/);
    await apply(DEPLOYMENT("owner"));
    expect(await kubectl("get", "replicasets", "-l", "app=owner", "-o", "name")).toBe(sets);
    await kubectl("delete", "deployment", "owner", "--cascade=foreground");
    expect(await kubectl("get", "deployments,replicasets,pods", "-l", "app=owner", "-o", "name")).toBe("");
  });

  test("a namespace says what holds it, goes when nothing does, and may come again", async () => {
    const held = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "held", namespace: "shop", finalizers: ["example.com/hold"] },
    };
    const shop = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
    await apply(shop, held);
    await kubectl("delete", "namespace", "shop", "--wait=false");
    await eventually(async () => {
      expect(await kubectl("get", "namespace", "shop", "-o", "jsonpath={.status.conditions[*].message}")).toContain(
        "Some resources are remaining: configmaps. has 1 resource instances",
      );
    });
    await kubectl(
      "patch",
      "-n",
      "shop",
      "configmap",
      "held",
      "--type=json",
      '-p=[{"op":"remove","path":"/metadata/finalizers"}]',
    );
    await kubectl("wait", "--for=delete", "namespace/shop", "--timeout=10s");
    await apply(shop);
    await eventually(async () =>
      expect(await kubectl("get", "-n", "shop", "serviceaccount", "default", "-o", "name")).not.toBe(""),
    );
    await apply(held);
    await kubectl("delete", "namespace", "shop", "--wait=false");
    const terminating = JSON.parse(await kubectl("get", "namespace", "shop", "-o", "json")) as object;
    const file = join(cli.directory, "finalized.json");
    writeFileSync(file, JSON.stringify({ ...terminating, spec: { finalizers: [] } }));
    await kubectl("replace", "--raw", "/api/v1/namespaces/shop/finalize", "-f", file);
    await kubectl("wait", "--for=delete", "namespace/shop", "--timeout=10s");
  });
});

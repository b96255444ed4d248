/** helm 4: releases of a small chart with two Deployments, their Services, a ConfigMap and an Ingress. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { runScenarios } from "./kubectl/scenario.ts";

const CHARTS = join(import.meta.dirname, "../fixtures/charts");

/** The files of a chart, by their paths from where charts are. */
function chartFiles(chart: string): Readonly<Record<string, string>> {
  const paths = readdirSync(join(CHARTS, chart), { recursive: true, encoding: "utf8" }).map((path) =>
    join(chart, path),
  );
  const files = paths.filter((path) => statSync(join(CHARTS, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(CHARTS, path), "utf8")]));
}

const released = (description: string, revision: number, greeting: string): string => `
NAME: shop
LAST DEPLOYED: {any}
NAMESPACE: default
STATUS: deployed
REVISION: ${revision}
DESCRIPTION: ${description}
TEST SUITE: None
NOTES:
shop greets you: ${greeting}`;

const HISTORY = "REVISION   UPDATED   STATUS   CHART   APP VERSION   DESCRIPTION";
const LIST = "NAME   NAMESPACE   REVISION   UPDATED   STATUS   CHART   APP VERSION";

await runScenarios(
  chartFiles("shop"),
  {
    "A chart is installed, and all of it runs": [
      ["helm lint shop", 0, /1 chart\(s\) linted, 0 chart\(s\) failed/],
      [
        "helm install shop shop --dry-run=server",
        0,
        [/^STATUS: pending-install$/m, /^# Source: shop\/templates\/ingress\.yaml$/m],
      ],
      ["helm list", 0, LIST],
      ["helm install shop shop --wait --timeout 20s", 0, released("Install complete", 1, "hello")],
      [
        "get deploy,svc,ingress,cm -l app.kubernetes.io/instance=shop",
        0,
        `
NAME                         READY   UP-TO-DATE   AVAILABLE   AGE
deployment.apps/shop-back    2/2     2            2           {age}
deployment.apps/shop-front   2/2     2            2           {age}

NAME                 TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
service/shop-back    ClusterIP   {ip}         <none>        80/TCP    {age}
service/shop-front   ClusterIP   {ip}         <none>        80/TCP    {age}

NAME                             CLASS    HOSTS          ADDRESS   PORTS   AGE
ingress.networking.k8s.io/shop   wherry   shop.example   {ip}      80      {age}

NAME                      DATA   AGE
configmap/shop-settings   1      {age}`,
      ],
      ["get --raw /api/v1/namespaces/default/services/shop-front:http/proxy/", 0, /Welcome to nginx/],
      [
        "get secrets -l owner=helm",
        0,
        "NAME   TYPE   DATA   AGE\nsh.helm.release.v1.shop.v1   helm.sh/release.v1   1   {age}",
      ],
      [
        "helm install shop shop",
        1,
        /^Error: INSTALLATION FAILED: release name check failed: cannot reuse a name that is still in use$/m,
      ],
    ],

    "A release tells what it is": [
      ["helm list", 0, `${LIST}\nshop   default   1   {any}   deployed   shop-0.1.0   1.0`],
      [
        "helm status shop",
        0,
        [
          /^STATUS: deployed$/m,
          /^==> v1\/Deployment$/m,
          /^shop-back +2\/2 /m,
          /^==> v1\/Pod\(related\)$/m,
          /^==> v1\/Ingress$/m,
        ],
      ],
      ["helm history shop", 0, `${HISTORY}\n1   {any}   deployed   shop-0.1.0   1.0   Install complete`],
      ["helm get values shop --all -o json", 0, /"greeting":"hello"/],
      ["helm get manifest shop", 0, [/^# Source: shop\/templates\/services\.yaml$/m, /^ {2}greeting: "hello"$/m]],
      ["helm get notes shop", 0, /^shop greets you: hello$/m],
      ["helm status nope", 1, /^Error: release: not found$/m],
    ],

    "An upgrade changes it, and a rollback takes that back": [
      [
        "helm upgrade shop shop --set greeting=bye,replicas=3 --wait --timeout 20s",
        0,
        /^Release "shop" has been upgraded\. Happy Helming!\n[^]*^REVISION: 2\n[^]*^shop greets you: bye$/m,
      ],
      ["get deploy shop-front -o jsonpath={.status.readyReplicas}", 0, "3"],
      ["helm get values shop", 0, "USER-SUPPLIED VALUES:\ngreeting: bye\nreplicas: 3"],
      ["helm rollback shop 1 --wait --timeout 20s", 0, "Rollback was a success! Happy Helming!"],
      ["get cm shop-settings -o jsonpath={.data.greeting}", 0, "hello"],
      ["get deploy shop-front -o jsonpath={.spec.replicas}", 0, "2"],
      [
        "helm history shop",
        0,
        `
${HISTORY}
1   {any}   superseded   shop-0.1.0   1.0   Install complete
2   {any}   superseded   shop-0.1.0   1.0   Upgrade complete
3   {any}   deployed   shop-0.1.0   1.0   Rollback to 1`,
      ],
      ["helm upgrade shop shop --set ingress.enabled=false", 0, /^REVISION: 4$/m],
      ["get ingress shop", 1, 'Error from server (NotFound): ingresses.networking.k8s.io "shop" not found'],
    ],

    "What the server refuses makes the release fail": [
      [
        "helm upgrade shop shop --set image=",
        1,
        /^Error: UPGRADE FAILED: .*Deployment\.apps "shop-front" is invalid: spec\.template\.spec\.containers\[0\]\.image: Required value/m,
      ],
      ["helm history shop --max 1", 0, /^5\s.*\sfailed\s+shop-0\.1\.0\s.*Upgrade "shop" failed: /m],
      // Whoever scales owns the replicas from then on.
      ["scale deploy shop-front --replicas=4", 0, "deployment.apps/shop-front scaled"],
      [
        "helm upgrade shop shop --set replicas=1",
        1,
        /^Error: UPGRADE FAILED: .*conflict with "kubectl".*\.spec\.replicas/m,
      ],
      ["helm upgrade shop shop --set replicas=1 --force-conflicts --wait --timeout 20s", 0, /^STATUS: deployed$/m],
      ["get deploy shop-front -o jsonpath={.status.replicas}", 0, "1"],
      ["helm upgrade nope shop", 1, 'Error: UPGRADE FAILED: "nope" has no deployed releases'],
    ],

    "A namespace is made for a release, and the release goes": [
      [
        "helm upgrade --install two shop -n two --create-namespace --wait --timeout 20s",
        0,
        /^Release "two" does not exist\. Installing it now\.$/m,
      ],
      ["helm list -A -q", 0, "shop\ntwo"],
      ["helm uninstall two -n two --wait --timeout 20s", 0, 'release "two" uninstalled'],
      ["get deploy,svc,ingress,secret -n two", 0, "No resources found in two namespace."],
      ["helm uninstall shop --keep-history", 0, 'release "shop" uninstalled'],
      ["helm list --uninstalled -q", 0, "shop"],
      ["helm uninstall shop", 0, /release "shop" uninstalled/],
      ["helm uninstall shop", 1, "Error: uninstall: Release not loaded: shop: release: not found"],
      ["get secrets -l owner=helm", 0, "No resources found in default namespace."],
    ],
  },
  { tools: ["helm", "kubectl"] },
);

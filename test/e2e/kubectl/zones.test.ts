/** `wherry up --nodes 3 --zones a,b` with kubectl: Pods over nodes and zones, hints, and what goes with a node. */
import { runScenarios } from "./scenario.ts";

const FILES = {
  "web.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 6
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: nginx, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, trafficDistribution: PreferSameZone, ports: [{ port: 80 }] }
`,
  "node-4.yaml": `{ apiVersion: v1, kind: Node, metadata: { name: node-4, labels: { topology.kubernetes.io/zone: c } } }`,
};

const ON = "get pods -l app=web -o jsonpath={.items[*].spec.nodeName}";
/** `zone:hint` of each endpoint that is ready. */
const HINTS = `get endpointslices -l kubernetes.io/service-name=web -o 'jsonpath={range .items[*].endpoints[?(@.conditions.ready==true)]}{.zone}:{.hints.forZones[*].name} {end}'`;

await runScenarios(
  FILES,
  {
    "Nodes are in the zones by turns, and Pods spread over both": [
      [
        "get nodes -o wide -L topology.kubernetes.io/zone",
        0,
        `
NAME     STATUS   ROLES    AGE     VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME   ZONE
node-1   Ready    <none>   {age}   v1.35.0   127.0.0.1     <none>        Wherry     none             wherry://0          a
node-2   Ready    <none>   {age}   v1.35.0   127.0.0.2     <none>        Wherry     none             wherry://0          b
node-3   Ready    <none>   {age}   v1.35.0   127.0.0.3     <none>        Wherry     none             wherry://0          a`,
      ],
      ["apply -f web.yaml", 0, "deployment.apps/web created\nservice/web created"],
      ["rollout status deploy/web --timeout=20s", 0, /successfully rolled out$/m],
      ["wait --for=condition=Ready pods -l app=web --timeout=20s", 0, /^(pod\/web-\S+ condition met\n?){6}$/],
      ["wait --for=condition=Available deploy/web --timeout=20s", 0, "deployment.apps/web condition met"],
      ...["node-1", "node-2", "node-3"].map(
        (node) => [ON, 0, new RegExp(`^(?:(?!${node}).)*(?:${node}(?:(?!${node}).)*){2}$`)] as const,
      ),
      [HINTS, 0, [/^(a:a |b:b ){6}$/, /^(?:(?!b:b).)*(?:b:b (?:(?!b:b).)*){2}$/]],
      ["get leases -n kube-node-lease -o name", 0, /^(lease\.coordination\.k8s\.io\/node-\d\n?){3}$/],
    ],

    "A cordoned node gets nothing, and says so": [
      ["cordon node-2", 0, "node/node-2 cordoned"],
      ["scale deploy/web --replicas=8", 0, "deployment.apps/web scaled"],
      ["rollout status deploy/web --timeout=20s", 0, /successfully rolled out$/m],
      [ON, 0, /^(?:(?!node-2).)*(?:node-2(?:(?!node-2).)*){2}$/],
      [
        "describe node node-2",
        0,
        [
          /^Taints: +node\.kubernetes\.io\/unschedulable:NoSchedule$/m,
          /^Unschedulable: +true$/m,
          /^ +Normal +NodeNotSchedulable +\S+ +kubelet +Node node-2 status is now: NodeNotSchedulable$/m,
        ],
      ],
      ["drain node-2 --timeout=20s", 0, /^node\/node-2 drained$/m],
      ["rollout status deploy/web --timeout=20s", 0, /successfully rolled out$/m],
      [ON, 0, /^((?!node-2).)*$/],
      // Every ready endpoint is in zone a, so nobody in b would be sent anywhere else.
      [HINTS, 0, /^(a:a ){8}$/],
      ["uncordon node-2", 0, "node/node-2 uncordoned"],
      [
        "describe node node-2",
        0,
        /^ +Normal +NodeSchedulable +\S+ +kubelet +Node node-2 status is now: NodeSchedulable$/m,
      ],
    ],

    "With a node go its Pods and its Lease": [
      ["delete node node-3", 0, 'node "node-3" deleted'],
      ["rollout status deploy/web --timeout=20s", 0, /successfully rolled out$/m],
      [ON, 0, [/^((?!node-3).)*$/, /node-2/]],
      [
        "wait --for=delete -n kube-node-lease lease/node-3 --timeout=20s",
        0,
        /^(lease\.coordination\.k8s\.io\/node-3 condition met)?$/,
      ],
      [
        "get leases -n kube-node-lease -o name",
        0,
        "lease.coordination.k8s.io/node-1\nlease.coordination.k8s.io/node-2",
      ],
    ],

    "A node that comes later is used, and its zone hinted at": [
      ["apply -f node-4.yaml", 0, "node/node-4 created"],
      ["wait --for=condition=Ready node/node-4 --timeout=20s", 0, "node/node-4 condition met"],
      ["rollout restart deploy/web", 0, "deployment.apps/web restarted"],
      ["rollout status deploy/web --timeout=20s", 0, /successfully rolled out$/m],
      [HINTS, 0, [/c:c /, /^(a:a |b:b |c:c ){8}$/]],
      ["get lease node-4 -n kube-node-lease", 0, "NAME   HOLDER   AGE\nnode-4   node-4   {age}"],
    ],
  },
  { flags: ["--nodes", "3", "--zones", "a,b"] },
);

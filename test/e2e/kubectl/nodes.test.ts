/** Nodes with kubectl: those that users create, cordon and drain, and what their Pods hear of it. */
import { runScenarios } from "./scenario.ts";

const FILES = {
  "nodes.yaml": ["node-2", "node-3"]
    .map(
      (name) =>
        `{ apiVersion: v1, kind: Node, metadata: { name: ${name}, labels: { topology.kubernetes.io/zone: b } } }\n---\n`,
    )
    .join(""),
  "picky.yaml": `
apiVersion: v1
kind: Pod
metadata: { name: picky }
spec:
  nodeSelector: { disk: ssd }
  containers: [{ name: main, image: "nginx:1" }]
`,
};

const NODES_OF_PODS = "get pods -l app=web -o jsonpath={.items[*].spec.nodeName}";

await runScenarios(FILES, {
  "Nodes that are created are ready, and Pods spread over them": [
    ["apply -f nodes.yaml", 0, "node/node-2 created\nnode/node-3 created"],
    ["wait --for=condition=Ready nodes --all --timeout=20s", 0, /^(node\/node-\d condition met\n?){3}$/],
    [
      "get nodes -o wide -L topology.kubernetes.io/zone",
      0,
      `
NAME     STATUS   ROLES    AGE     VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME   ZONE
node-1   Ready    <none>   {age}   v1.35.0   127.0.0.1     <none>        Wherry     none             wherry://0
node-2   Ready    <none>   {age}   v1.35.0   127.0.0.2     <none>        Wherry     none             wherry://0          b
node-3   Ready    <none>   {age}   v1.35.0   127.0.0.3     <none>        Wherry     none             wherry://0          b`,
    ],
    ["create deployment web --image=nginx --replicas=3", 0, "deployment.apps/web created"],
    ["rollout status deploy/web --timeout=20s", 0, /successfully rolled out$/m],
    [NODES_OF_PODS, 0, /^(?=.*node-1)(?=.*node-2)(?=.*node-3)/],
    [
      "describe node node-2",
      0,
      [/^Non-terminated Pods: +\(1 in total\)$/m, /^  default +web-\S+ +0 \(0%\)/m, /^  Ready +True .* KubeletReady /m],
    ],
  ],

  "A drained node keeps no Pods, and gets none until it is uncordoned": [
    ["drain node-2", 0, [/^node\/node-2 cordoned$/m, /^evicting pod default\/web-\S+$/m, /^node\/node-2 drained$/m]],
    [
      "get node node-2",
      0,
      "NAME   STATUS   ROLES   AGE   VERSION\nnode-2   Ready,SchedulingDisabled   <none>   {age}   v1.35.0",
    ],
    ["get node node-2 -o jsonpath={.spec.taints[0].key}", 0, "node.kubernetes.io/unschedulable"],
    ["scale deploy/web --replicas=6", 0, "deployment.apps/web scaled"],
    ["rollout status deploy/web --timeout=20s", 0, /successfully rolled out$/m],
    [NODES_OF_PODS, 0, /^((?!node-2).)*$/],
    ["uncordon node-2", 0, "node/node-2 uncordoned"],
    ["get node node-2 -o jsonpath={.spec}", 0, "{}"],
  ],

  "A Pod that fits nowhere waits, says why, and runs when a node comes to fit": [
    ["cordon node-1", 0, "node/node-1 cordoned"],
    ["taint nodes node-3 dedicated=db:NoSchedule", 0, "node/node-3 tainted"],
    ["apply -f picky.yaml", 0, "pod/picky created"],
    ["get pod picky", 0, "NAME   READY   STATUS   RESTARTS   AGE\npicky   0/1   Pending   0   {age}"],
    [
      "get pod picky -o jsonpath={.status.conditions[0].reason}:{.status.conditions[0].message}",
      0,
      "Unschedulable:0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    ],
    ["describe pod picky", 0, /^  Warning +FailedScheduling +\S+ +default-scheduler +0\/3 nodes are available: /m],
    ["label node node-2 disk=ssd", 0, "node/node-2 labeled"],
    ["wait --for=condition=Ready pod/picky --timeout=20s", 0, "pod/picky condition met"],
    ["get pod picky -o jsonpath={.spec.nodeName}", 0, "node-2"],
    ["drain node-2", 1, /cannot delete cannot delete Pods that declare no controller|declare no controller/],
    ["drain node-2 --force", 0, /^node\/node-2 drained$/m],
  ],

  "Pods of a node that is deleted are made anew elsewhere": [
    ["uncordon node-1", 0, "node/node-1 uncordoned"],
    ["delete node node-3", 0, 'node "node-3" deleted'],
    ["rollout status deploy/web --timeout=20s", 0, /successfully rolled out$/m],
    [NODES_OF_PODS, 0, /^((?!node-3).)*$/],
    ["get nodes -o name", 0, "node/node-1\nnode/node-2"],
  ],
});

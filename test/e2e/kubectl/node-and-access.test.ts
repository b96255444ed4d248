/** What goes through Pods' and reviews' subresources: logs, eviction, who may do what. */
import { expect, test } from "vitest";
import { eventually } from "../process.ts";
import { POD, WEB } from "./manifests.ts";
import { runScenarios } from "./scenario.ts";

await runScenarios(
  { "web.yaml": WEB, "pod.yaml": POD },
  {
    "logs are a container's": [
      ["apply -f web.yaml -f pod.yaml", 0, /^pod\/solo created$/m],
      ["wait --for=condition=Ready pod/solo --timeout=20s", 0, "pod/solo condition met"],
      ["rollout status deploy/web --timeout=20s", 0, /successfully rolled out$/m],
      ["logs solo", 0, /nginx:1\.27/],
      ["logs pod/solo --tail=0", 0, ""],
      ["logs solo -c main --tail=1 --timestamps", 0, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z .*nginx:1\.27/],
      ["logs deploy/web --tail=1", 0, /Found 2 pods, using pod\/web-/],
      ["logs -l app=web --prefix --tail=1", 0, /^(\[pod\/web-\S+\/web\] .*\n){2}$/],
      ["logs solo -c nope", 1, "error: container nope is not valid for pod solo"],
      ["logs solo --limit-bytes=6", 0, /^wherry$/],
      ["logs solo --since=1h --tail=1", 0, /nginx:1\.27/],
      ["logs solo --since-time=2100-01-01T00:00:00Z", 0, ""],
      ["logs solo --all-containers --prefix", 0, /^\[pod\/solo\/main\] .*nginx:1\.27/],
      ["logs solo --tail=-5", 1, "error: --tail must be greater than or equal to -1"],
      ["logs nope", 1, /^error: error from server \(NotFound\): pods "nope" not found in namespace "default"$/m],
      [
        "logs solo --previous",
        1,
        'Error from server (BadRequest): previous terminated container "main" in pod "solo" not found',
      ],
    ],

    "What needs a running container says that there is none": [
      [
        "exec solo -- ls",
        1,
        "Error from server (BadRequest): Pods here are HTTP backends, and no container runs: there is nothing to run a command in",
      ],
      ["cp solo:/etc/hosts hosts", 1, /BadRequest\): .*: there is nothing to run a command in$/m],
      ["attach solo", 1, /BadRequest\): .*: there is no process to attach to$/m],
      ["port-forward solo 18080:80", 1, /error: error upgrading connection: .*: ports are reached through Services/],
      ["top pod", 1, "error: Metrics API not available"],
    ],

    "What needs somebody at the keyboard ends, with the error that nobody can be": [
      [
        "run once --rm -i --restart=Never --image=busybox -- ls",
        128,
        [
          /^pod default\/once terminated \(StartError\)$/m,
          /^Pods here are HTTP backends, and no container runs: a command that waits/m,
          /^pod "once" deleted/m,
        ],
      ],
      [
        "run again --rm -i --restart=OnFailure --pod-running-timeout=1s --image=busybox -- ls",
        1,
        /error: timed out waiting for the condition$/m,
      ],
      [
        "run shell --rm -it --image=busybox",
        0,
        [/^warning: couldn't attach to pod\/shell, .*: there is no process to attach to$/m, /^pod "shell" deleted/m],
      ],
      ["debug solo -it --image=busybox --profile=general", 1, /^error: ephemeral containers are disabled/m],
      [
        "debug solo -it --image=busybox --profile=general --copy-to=copy --container=dbg",
        0,
        /^warning: couldn't attach to pod\/copy, .*: there is no process to attach to$/m,
      ],
      [
        "debug node/node-1 -it --image=busybox --profile=general",
        0,
        [/^Creating debugging pod node-debugger-node-1-/, /: there is no process to attach to$/m],
      ],
      ["delete pod copy --now", 0, /^pod "copy" deleted/],
      [
        "delete pods -l app.kubernetes.io/managed-by=kubectl-debug --now",
        0,
        /^pod "node-debugger-node-1-\w+" (force )?deleted/,
      ],
    ],

    "Who asks may speak as another": [
      ["auth can-i list pods --as=jane --as-group=ops", 0, "yes"],
      ["auth whoami --as=jane --as-uid=7 -o jsonpath={.status.userInfo.uid}", 0, "7"],
      [
        "auth whoami --as=jane --as-group=ops --as-group=dev -o jsonpath={.status.userInfo.groups}",
        0,
        '["ops","dev","system:authenticated"]',
      ],
      [
        "auth whoami --as=system:serviceaccount:default:robot -o jsonpath={.status.userInfo.groups[1]}",
        0,
        "system:serviceaccounts:default",
      ],
    ],

    "Who asks may do everything": [
      ["auth can-i get pods", 0, "yes"],
      ["auth can-i '*' '*' --all-namespaces", 0, "yes"],
      ["auth can-i create pods --subresource=eviction -q", 0, ""],
      ["auth can-i get /healthz", 0, "yes"],
      [
        "auth can-i --list",
        0,
        [/^Resources +Non-Resource URLs +Resource Names +Verbs$/m, /^\*\.\* +\[\] +\[\] +\[\*\]$/m],
      ],
      ["auth whoami", 0, [/^ATTRIBUTE +VALUE$/m, /^Username +\S+$/m, /^Groups +\[.*system:authenticated.*\]$/m]],
      ["auth whoami -o jsonpath={.status.userInfo.groups[-1]}", 0, "system:authenticated"],
      ["create role reader --verb=get --resource=pods", 0, "role.rbac.authorization.k8s.io/reader created"],
      [
        "describe role reader",
        0,
        `
Name:         reader
Labels:       <none>
Annotations:  <none>
PolicyRule:
  Resources  Non-Resource URLs  Resource Names  Verbs
  ---------  -----------------  --------------  -----
  pods       []                 []              [get]`,
      ],
      [
        "create rolebinding readers --role=reader --user=jane",
        0,
        "rolebinding.rbac.authorization.k8s.io/readers created",
      ],
      [
        "set subject rolebinding readers --serviceaccount=default:robot",
        0,
        "rolebinding.rbac.authorization.k8s.io/readers subjects updated",
      ],
      [
        "describe rolebinding readers",
        0,
        `
Name:         readers
Labels:       <none>
Annotations:  <none>
Role:
  Kind:  Role
  Name:  reader
Subjects:
  Kind            Name   Namespace
  ----            ----   ---------
  User            jane
  ServiceAccount  robot  default`,
      ],
      [
        `patch rolebinding readers --type=merge -p '{"roleRef":{"name":"writer"}}'`,
        1,
        /^The RoleBinding "readers" is invalid: roleRef: Invalid value: .*: cannot change roleRef$/m,
      ],
    ],

    "A drained node's Pods are evicted": [
      [
        "drain node-1 --timeout=20s",
        1,
        /^error: unable to drain node "node-1" due to error: .*cannot delete .*\(use --force to override\): default\/solo/m,
      ],
      [
        "drain node-1 --force --grace-period=0 --timeout=20s",
        0,
        [
          /^node\/node-1 (already )?cordoned$/m,
          /^evicting pod default\/solo$/m,
          /^pod\/solo evicted$/m,
          /^node\/node-1 drained$/m,
        ],
      ],
      ["get pod solo", 1, 'Error from server (NotFound): pods "solo" not found'],
      ["uncordon node-1", 0, "node/node-1 uncordoned"],
    ],
  },
  {
    more: (commands) => {
      test("logs -f print what comes until they are stopped", async () => {
        await commands().run("kubectl run talker --image=nginx:1.27 --port=80 --expose");
        await commands().run("kubectl wait pod/talker --for=condition=Ready --timeout=20s");
        const logs = commands().start("kubectl logs -f talker");
        try {
          await eventually(() => expect(logs.output()).toMatch(/nginx:1\.27/));
        } finally {
          await logs.stop();
        }
      });
    },
  },
);

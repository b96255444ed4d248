/** Rollouts and deletion: status, history, undo, restart, pause; delete in its variants; wait. */
import { POD, WEB } from "./manifests.ts";
import { runScenarios } from "./scenario.ts";

const FILES = {
  "web.yaml": WEB,
  "pod.yaml": POD,
  "roll.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: { name: roll }
spec:
  replicas: 2
  selector: { matchLabels: { app: roll } }
  template:
    metadata: { labels: { app: roll } }
    spec: { containers: [{ name: main, image: "nginx:1" }] }
`,
  "kept.yaml": "{ apiVersion: v1, kind: ConfigMap, metadata: { name: kept, finalizers: [example.com/kept] } }",
};

const TEMPLATE_OF_REVISION_2 = `
deployment.apps/roll with revision #2
Pod Template:
  Labels:       app=roll
\tpod-template-hash={suffix}
  Annotations:  kubernetes.io/change-cause: second
  Containers:
   main:
    Image:      nginx:2
    Port:       <none>
    Host Port:  <none>
    Environment:        <none>
    Mounts:     <none>
  Volumes:      <none>
  Node-Selectors:       <none>
  Tolerations:  <none>`;

await runScenarios(FILES, {
  "A rollout has a status, a history and a way back": [
    ["apply -f roll.yaml", 0, "deployment.apps/roll created"],
    ["rollout status deploy/roll --timeout=20s", 0, /deployment "roll" successfully rolled out$/m],
    ["rollout history deploy/roll", 0, "deployment.apps/roll\nREVISION   CHANGE-CAUSE\n1   <none>"],
    ["annotate deploy/roll kubernetes.io/change-cause=first", 0, "deployment.apps/roll annotated"],
    ["set image deploy/roll main=nginx:2", 0, "deployment.apps/roll image updated"],
    ["annotate deploy/roll kubernetes.io/change-cause=second --overwrite", 0, "deployment.apps/roll annotated"],
    ["rollout status deploy/roll --timeout=20s", 0, /deployment "roll" successfully rolled out$/m],
    ["rollout history deploy/roll", 0, "deployment.apps/roll\nREVISION   CHANGE-CAUSE\n1   first\n2   second"],
    ["rollout history deploy/roll --revision=2", 0, TEMPLATE_OF_REVISION_2],
    ["rollout history deploy/roll --revision=9", 1, "error: unable to find the specified revision"],
    ["rollout undo deploy/roll --dry-run=server", 0, "deployment.apps/roll rolled back (server dry run)"],
    ["get deploy roll -o jsonpath={.spec.template.spec.containers[0].image}", 0, "nginx:2"],
    ["rollout undo deploy/roll", 0, "deployment.apps/roll rolled back"],
    ["get deploy roll -o jsonpath={.spec.template.spec.containers[0].image}", 0, "nginx:1"],
    ["rollout history deploy/roll", 0, "deployment.apps/roll\nREVISION   CHANGE-CAUSE\n2   second\n3   first"],
    ["rollout undo deploy/roll --to-revision=2", 0, "deployment.apps/roll rolled back"],
    ["rollout undo deploy/roll --to-revision=99", 1, "error: unable to find specified revision 99 in history"],
    ["rollout status deploy/roll --timeout=20s", 0, /deployment "roll" successfully rolled out$/m],
    [
      "rollout undo deploy/roll --to-revision=4",
      0,
      "deployment.apps/roll skipped rollback (current template already matches revision 4)",
    ],
  ],

  "A rollout is paused, resumed and begun anew": [
    ["rollout restart deploy/roll", 0, "deployment.apps/roll restarted"],
    ["rollout status deploy/roll --timeout=20s", 0, /deployment "roll" successfully rolled out$/m],
    [
      "get deploy roll -o jsonpath={.spec.template.metadata.annotations}",
      0,
      '{"kubectl.kubernetes.io/restartedAt":"{time}"}',
    ],
    ["rollout pause deploy/roll", 0, "deployment.apps/roll paused"],
    ["rollout pause deploy/roll", 1, 'error: deployments.apps "roll" is already paused'],
    ["get deploy roll -o jsonpath='{.status.conditions[?(@.type==\"Progressing\")].reason}'", 0, "DeploymentPaused"],
    ["set image deploy/roll main=nginx:3", 0, "deployment.apps/roll image updated"],
    [
      "rollout undo deploy/roll",
      1,
      "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    ],
    [
      "rollout restart deploy/roll",
      1,
      `error: deployments.apps "roll" can't restart paused deployment (run rollout resume first)`,
    ],
    ["get rs -l app=roll -o jsonpath={.items[*].spec.template.spec.containers[0].image}", 0, /^(nginx:[12] ?){3}$/],
    ["rollout resume deploy/roll", 0, "deployment.apps/roll resumed"],
    ["rollout resume deploy/roll", 1, 'error: deployments.apps "roll" is not paused'],
    ["rollout status deploy/roll --timeout=20s", 0, /deployment "roll" successfully rolled out$/m],
    [
      "get pods -l app=roll --field-selector=status.phase=Running -o jsonpath={.items[*].spec.containers[0].image}",
      0,
      /\bnginx:3\b/,
    ],
    ["rollout status deploy/nope", 1, 'Error from server (NotFound): deployments.apps "nope" not found'],
    [
      "rollout status deploy/roll --revision=1",
      1,
      /^error: desired revision \(1\) is different from the running revision \(\d+\)$/m,
    ],
  ],

  "wait ends with the condition, or says that it does not come": [
    ["apply -f pod.yaml", 0, "pod/solo created"],
    ["wait pod/solo --for=condition=Ready --timeout=20s", 0, "pod/solo condition met"],
    ["wait pod/solo --for=jsonpath={.status.phase}=Running --timeout=20s", 0, "pod/solo condition met"],
    ["wait deploy/roll --for=condition=Available --timeout=20s", 0, "deployment.apps/roll condition met"],
    ["wait pods -l app=solo --for=condition=Ready=true --timeout=20s", 0, "pod/solo condition met"],
    [
      "wait pod/solo --for=condition=Nope --timeout=500ms",
      1,
      "error: timed out waiting for the condition on pods/solo",
    ],
    ["wait pod/none --for=condition=Ready --timeout=1s", 1, 'Error from server (NotFound): pods "none" not found'],
    ["wait pod/none --for=delete --timeout=1s", 0, ""],
    ["wait pod/none --for=create --timeout=500ms", 1, "error: timed out waiting for the condition"],
  ],

  "delete takes what it is told": [
    ["delete pod solo --dry-run=server", 0, 'pod "solo" deleted from default namespace (server dry run)'],
    ["delete pod solo --dry-run=client", 0, 'pod "solo" deleted from default namespace (dry run)'],
    ["get pod solo -o name", 0, "pod/solo"],
    [
      "delete pod solo --grace-period=0 --force",
      0,
      [
        /^pod "solo" force deleted from default namespace$/m,
        /^Warning: Immediate deletion does not wait for confirmation/m,
      ],
    ],
    ["get pod solo", 1, 'Error from server (NotFound): pods "solo" not found'],
    ["delete svc nope", 1, 'Error from server (NotFound): services "nope" not found'],
    ["delete svc nope --ignore-not-found", 0, ""],
    ["delete svc,cm -l nothing=here", 0, "No resources found"],
    ["delete svc", 1, "error: resource(s) were provided, but no name was specified"],
    ["apply -f web.yaml", 0, /^service\/web created$/m],
    ["delete cm --all --cascade=foreground", 0, /^configmap "settings" deleted from default namespace$/m],
    [
      "delete svc/web deploy/web --wait=false",
      0,
      'service "web" deleted from default namespace\ndeployment.apps "web" deleted from default namespace',
    ],
    ["delete pods -l app=roll --now", 0, /^pod "roll-\w+-\w+" deleted from default namespace$/m],
    ["delete -f roll.yaml -o name", 0, "deployment.apps/roll"],
    ["wait pods -l app=roll --for=delete --timeout=20s", 0, /^(pod\/roll-\S+ condition met\n)*$/],
    ["get rs,pods -l app=roll", 0, "No resources found in default namespace."],
    [
      "delete ns default",
      1,
      'Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted',
    ],
  ],

  "What depends on a deleted object goes with it, unless it is to be orphaned": [
    ["apply -f roll.yaml", 0, "deployment.apps/roll created"],
    ["rollout status deploy/roll --timeout=20s", 0, /deployment "roll" successfully rolled out$/m],
    ["delete deploy roll --cascade=orphan", 0, 'deployment.apps "roll" deleted from default namespace'],
    ["get rs -l app=roll --no-headers", 0, "roll-{suffix}   2   2   2   {age}"],
    ["delete rs -l app=roll --cascade=foreground", 0, /^replicaset\.apps "roll-\w+" deleted from default namespace$/m],
    ["get pods -l app=roll", 0, "No resources found in default namespace."],
  ],

  "A finalizer keeps an object until it is taken off": [
    ["create -f kept.yaml", 0, "configmap/kept created"],
    [
      "delete cm kept --timeout=500ms",
      1,
      [
        /^configmap "kept" deleted from default namespace$/m,
        /^error: timed out waiting for the condition on configmaps\/kept$/m,
      ],
    ],
    ["get cm kept -o jsonpath={.metadata.deletionTimestamp}", 0, "{time}"],
    [
      `patch cm kept --type=json -p '[{"op":"add","path":"/metadata/finalizers/-","value":"example.com/more"}]'`,
      1,
      /^The ConfigMap "kept" is invalid: metadata\.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers \["example\.com\/more"\]/,
    ],
    [`patch cm kept --type=merge -p '{"metadata":{"finalizers":null}}'`, 0, "configmap/kept patched"],
    ["get cm kept", 1, 'Error from server (NotFound): configmaps "kept" not found'],
  ],

  "A namespace goes with everything in it": [
    ["create ns shop", 0, "namespace/shop created"],
    ["apply -f web.yaml -n shop", 0, /^service\/web created$/m],
    ["delete ns shop --timeout=20s", 0, 'namespace "shop" deleted'],
    ["get all,cm -n shop", 0, "No resources found in shop namespace."],
  ],
});

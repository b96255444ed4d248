/** StatefulSets with kubectl: order, names, rollouts, their history and way back, claims. */
import { runScenarios } from "./scenario.ts";

// After application/web/web.yaml of the Kubernetes documentation.
const DB = `
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { clusterIP: None, selector: { app: db }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers:
        - name: main
          image: nginx:1
          ports: [{ name: http, containerPort: 80 }]
          volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

const TEMPLATE_OF_REVISION_2 = `
statefulset.apps/db with revision #2
Pod Template:
  Labels:       app=db
  Containers:
   main:
    Image:      nginx:2
    Port:       80/TCP (http)
    Host Port:  0/TCP (http)
    Environment:        <none>
    Mounts:
      /data from data (rw)
  Volumes:      <none>
  Node-Selectors:       <none>
  Tolerations:  <none>`;

const DONE = /partitioned roll out complete: \d new pods have been updated\.\.\.$/m;
const IMAGES = "get pods -l app=db -o jsonpath={.items[*].spec.containers[0].image}";

await runScenarios(
  { "db.yaml": DB, "bad.yaml": DB.replace("serviceName: db", "serviceName: db\n  podManagementPolicy: Wild") },
  {
    "A StatefulSet's Pods have names, claims and a rollout status": [
      ["apply -f db.yaml", 0, "service/db created\nstatefulset.apps/db created"],
      ["rollout status sts/db --timeout=20s", 0, DONE],
      ["get sts", 0, "NAME   READY   AGE\ndb   2/2   {age}"],
      ["get sts -o wide", 0, "NAME   READY   AGE   CONTAINERS   IMAGES\ndb   2/2   {age}   main   nginx:1"],
      ["get pods -l app=db -o name", 0, "pod/db-0\npod/db-1"],
      ["get pod db-1 -o jsonpath={.spec.hostname}.{.spec.subdomain}", 0, "db-1.db"],
      [
        "get pvc",
        0,
        `
NAME        STATUS   VOLUME      CAPACITY   ACCESS MODES   STORAGECLASS   VOLUMEATTRIBUTESCLASS   AGE
data-db-0   Bound    pvc-{uid}   1Gi        RWO                           <unset>                 {age}
data-db-1   Bound    pvc-{uid}   1Gi        RWO                           <unset>                 {age}`,
      ],
      [
        "get controllerrevisions",
        0,
        "NAME   CONTROLLER   REVISION   AGE\ndb-{suffix}   statefulset.apps/db   1   {age}",
      ],
      ["diff -f db.yaml", 0, ""],
      [
        "apply -f bad.yaml",
        1,
        [
          /^service\/db unchanged$/m,
          /^The StatefulSet "db" is invalid: \n\* spec\.podManagementPolicy: Unsupported value: "Wild": supported values: "OrderedReady", "Parallel"\n\* spec: Forbidden: updates to statefulset spec for fields other than /m,
        ],
      ],
    ],

    "A rollout has a status, a history and a way back": [
      ["annotate sts/db kubernetes.io/change-cause=second", 0, "statefulset.apps/db annotated"],
      ["set image sts/db main=nginx:2", 0, "statefulset.apps/db image updated"],
      ["rollout status sts/db --timeout=20s", 0, DONE],
      [IMAGES, 0, "nginx:2 nginx:2"],
      ["rollout history sts/db", 0, "statefulset.apps/db\nREVISION   CHANGE-CAUSE\n1   <none>\n2   second"],
      ["rollout history sts/db --revision=2", 0, TEMPLATE_OF_REVISION_2],
      ["rollout undo sts/db", 0, "statefulset.apps/db rolled back"],
      ["rollout status sts/db --timeout=20s", 0, DONE],
      [IMAGES, 0, "nginx:1 nginx:1"],
      ["rollout undo sts/db --to-revision=2", 0, "statefulset.apps/db rolled back"],
      ["rollout status sts/db --timeout=20s", 0, DONE],
      [IMAGES, 0, "nginx:2 nginx:2"],
      ["rollout undo sts/db --to-revision=99", 1, "error: unable to find specified revision 99 in history"],
      ["rollout restart sts/db", 0, "statefulset.apps/db restarted"],
      ["rollout status sts/db --timeout=20s", 0, DONE],
      [
        `patch sts db -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":1}}}}'`,
        0,
        "statefulset.apps/db patched",
      ],
      ["set image sts/db main=nginx:3", 0, "statefulset.apps/db image updated"],
      [
        "rollout status sts/db --timeout=20s",
        0,
        /^partitioned roll out complete: 1 new pods have been updated\.\.\.$/m,
      ],
      [IMAGES, 0, "nginx:2 nginx:3"],
    ],

    "A StatefulSet is scaled, described and deleted": [
      ["scale sts/db --replicas=3 --current-replicas=5", 1, /^error: Expected replicas to be 5, was 2$/m],
      ["scale sts/db --replicas=3 --current-replicas=2", 0, "statefulset.apps/db scaled"],
      [
        "wait --for=jsonpath={.status.availableReplicas}=3 sts/db --timeout=20s",
        0,
        "statefulset.apps/db condition met",
      ],
      [
        "describe sts db",
        0,
        [
          /^Replicas: +3 desired \| 3 total\nUpdate Strategy: +RollingUpdate\n  Partition: +1\n  MaxUnavailable: +1\nPods Status: +3 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed$/m,
          /^  Normal +SuccessfulCreate +\S+ +statefulset-controller +create Claim data-db-2 Pod db-2 in StatefulSet db success$/m,
          /^  Normal +SuccessfulCreate +\S+ +statefulset-controller +create Pod db-2 in StatefulSet db successful$/m,
          / delete Pod db-1 in StatefulSet db successful$/m,
        ],
      ],
      ["scale sts/db --replicas=0", 0, "statefulset.apps/db scaled"],
      ["wait --for=delete pod/db-0 --timeout=20s", 0, /^(pod\/db-0 condition met\n)?$/],
      ["get pods -l app=db", 0, "No resources found in default namespace."],
      ["delete sts db", 0, 'statefulset.apps "db" deleted from default namespace'],
      ["get controllerrevisions", 0, "No resources found in default namespace."],
      ["get pvc -o name", 0, /^(persistentvolumeclaim\/data-db-\d\n?){3}$/],
      [
        "delete pvc -l app=db",
        0,
        [0, 1, 2].map((n) => `persistentvolumeclaim "data-db-${n}" deleted from default namespace`).join("\n"),
      ],
    ],
  },
);

/** `kubectl get`: tables, formats, selectors, watches. */
import { expect, test } from "vitest";
import { eventually } from "../process.ts";
import { POD, SERVICES, WEB } from "./manifests.ts";
import { rawInCluster, runScenarios } from "./scenario.ts";

const FILES = { "web.yaml": WEB, "services.yaml": SERVICES, "pod.yaml": POD };

await runScenarios(
  FILES,
  {
    "What the others look at is made": [
      ["apply -f web.yaml -f services.yaml -f pod.yaml", 0, /^pod\/solo created$/m],
      ["rollout status deployment/web --timeout=20s", 0, /deployment "web" successfully rolled out/],
      ["wait --for=condition=Ready pod/solo --timeout=20s", 0, "pod/solo condition met"],
    ],

    "Services show their type, addresses and ports": [
      [
        "get services",
        0,
        `
NAME         TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)             AGE
db           ClusterIP      None         <none>        5432/TCP,8080/TCP   {age}
door         NodePort       10.96.0.30   <none>        80:30080/TCP        {age}
kubernetes   ClusterIP      10.96.0.1    <none>        443/TCP             {age}
out          ExternalName   <none>       example.com   <none>              {age}
web          ClusterIP      10.96.0.20   <none>        80/TCP              {age}`,
      ],
      [
        "get svc -o wide",
        0,
        `
NAME         TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)             AGE     SELECTOR
db           ClusterIP      None         <none>        5432/TCP,8080/TCP   {age}   app=db
door         NodePort       10.96.0.30   <none>        80:30080/TCP        {age}   app=web
kubernetes   ClusterIP      10.96.0.1    <none>        443/TCP             {age}   <none>
out          ExternalName   <none>       example.com   <none>              {age}   <none>
web          ClusterIP      10.96.0.20   <none>        80/TCP              {age}   app=web`,
      ],
      ["get svc web --no-headers", 0, "web   ClusterIP   10.96.0.20   <none>   80/TCP   {age}"],
      ["get svc out door -o name", 0, "service/out\nservice/door"],
      [
        "get svc/web deploy/web",
        0,
        `
NAME          TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
service/web   ClusterIP   10.96.0.20   <none>        80/TCP    {age}

NAME                  READY   UP-TO-DATE   AVAILABLE   AGE
deployment.apps/web   2/2     2            2           {age}`,
      ],
      ["get -f services.yaml -o name", 0, "service/db\nservice/door\nservice/out"],
    ],

    "Every kind has the columns of a real cluster": [
      [
        "get all",
        0,
        `
NAME                           READY   STATUS    RESTARTS   AGE
pod/solo                       1/1     Running   0          {age}
pod/web-{suffix}-{suffix}      1/1     Running   0          {age}
pod/web-{suffix}-{suffix}      1/1     Running   0          {age}

NAME                 TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)             AGE
service/db           ClusterIP      None         <none>        5432/TCP,8080/TCP   {age}
service/door         NodePort       10.96.0.30   <none>        80:30080/TCP        {age}
service/kubernetes   ClusterIP      10.96.0.1    <none>        443/TCP             {age}
service/out          ExternalName   <none>       example.com   <none>              {age}
service/web          ClusterIP      10.96.0.20   <none>        80/TCP              {age}

NAME                  READY   UP-TO-DATE   AVAILABLE   AGE
deployment.apps/web   2/2     2            2           {age}

NAME                              DESIRED   CURRENT   READY   AGE
replicaset.apps/web-{suffix}      2         2         2       {age}`,
      ],
      [
        "get pod solo -o wide",
        0,
        `
NAME   READY   STATUS    RESTARTS   AGE     IP     NODE     NOMINATED NODE   READINESS GATES
solo   1/1     Running   0          {age}   {ip}   node-1   <none>           <none>`,
      ],
      [
        "get deployments,replicasets -o wide",
        0,
        `
NAME                  READY   UP-TO-DATE   AVAILABLE   AGE     CONTAINERS   IMAGES       SELECTOR
deployment.apps/web   2/2     2            2           {age}   web          nginx:1.27   app=web

NAME                              DESIRED   CURRENT   READY   AGE     CONTAINERS   IMAGES       SELECTOR
replicaset.apps/web-{suffix}      2         2         2       {age}   web          nginx:1.27   app=web,pod-template-hash={suffix}`,
      ],
      [
        "get endpointslices -l kubernetes.io/service-name=web",
        0,
        `
NAME           ADDRESSTYPE   PORTS   ENDPOINTS   AGE
web-{suffix}   IPv4          8080    {ip},{ip}   {age}`,
      ],
      [
        "get endpointslices -l kubernetes.io/service-name=db",
        0,
        `
NAME          ADDRESSTYPE   PORTS     ENDPOINTS   AGE
db-{suffix}   IPv4          <unset>   <unset>     {age}`,
      ],
      // Any use of Endpoints warns (KEP-4974).
      [
        "get endpoints web db",
        0,
        `
NAME   ENDPOINTS             AGE
web    {ip}:8080,{ip}:8080   {age}
db     <none>                {age}
Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice`,
      ],
      ["get configmap settings", 0, "NAME   DATA   AGE\nsettings   2   {age}"],
      ["get serviceaccounts", 0, "NAME   SECRETS   AGE\ndefault   0   {age}"],
      [
        "get nodes -o wide",
        0,
        `
NAME     STATUS   ROLES    AGE     VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME
node-1   Ready    <none>   {age}   v1.35.0   127.0.0.1     <none>        Wherry     none             wherry://0`,
      ],
      [
        "get namespaces",
        0,
        `
NAME              STATUS   AGE
default           Active   {age}
kube-node-lease   Active   {age}
kube-public       Active   {age}
kube-system       Active   {age}`,
      ],
      [
        "get servicecidrs",
        0,
        `
NAME         CIDRS          AGE
kubernetes   10.96.0.0/12   {age}`,
      ],
      [
        "get ipaddresses",
        0,
        `
NAME         PARENTREF                     AGE
10.96.0.1    services/default/kubernetes   {age}
10.96.0.20   services/default/web          {age}
10.96.0.30   services/default/door         {age}`,
      ],
    ],

    "Objects are printed in each format": [
      ["get cm settings -o jsonpath={.data.color}", 0, "blue"],
      [
        "get svc -o jsonpath='{range .items[*]}{.metadata.name}={.spec.type}{\"\\n\"}{end}'",
        0,
        /^db=ClusterIP\ndoor=NodePort\n/,
      ],
      ["get svc -o go-template='{{range .items}}{{.metadata.name}} {{end}}'", 0, "db door kubernetes out web"],
      [
        "get svc -o custom-columns=NAME:.metadata.name,PORTS:.spec.ports[*].port,IP:.spec.clusterIP",
        0,
        `
NAME         PORTS       IP
db           5432,8080   None
door         80          10.96.0.30
kubernetes   443         10.96.0.1
out          <none>      <none>
web          80          10.96.0.20`,
      ],
      [
        "get svc out -o yaml",
        0,
        `
apiVersion: v1
kind: Service
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"v1","kind":"Service","metadata":{"annotations":{},"labels":{"tier":"out"},"name":"out","namespace":"default"},"spec":{"externalName":"example.com","type":"ExternalName"}}
  creationTimestamp: "{time}"
  labels:
    tier: out
  name: out
  namespace: default
  resourceVersion: "{number}"
  uid: {uid}
spec:
  externalName: example.com
  sessionAffinity: None
  type: ExternalName
status:
  loadBalancer: {}`,
      ],
      [
        "get cm settings -o json",
        0,
        `
{
    "apiVersion": "v1",
    "data": {
        "color": "blue",
        "size": "large"
    },
    "kind": "ConfigMap",
    "metadata": {
        "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": "{any}"
        },
        "creationTimestamp": "{time}",
        "name": "settings",
        "namespace": "default",
        "resourceVersion": "{number}",
        "uid": "{uid}"
    }
}`,
      ],
      ["get svc -o json", 0, [/^ {4}"apiVersion": "v1",$/m, /^ {4}"kind": "List",$/m]],
      [
        "get cm settings -o kyaml",
        0,
        {
          now: /^ {2}data: \{$/m,
          in132: /^error: unable to match a printer suitable for the output format "kyaml"/,
          codeIn132: 1,
        },
      ],
      ["get svc web --server-print=false", 0, "NAME   AGE\nweb   {age}"],
      ["get svc web -o nonsense", 1, /^error: unable to match a printer suitable for the output format "nonsense"/],
    ],

    "Selectors, sorting and columns of labels": [
      ["get svc -l tier=front -o name", 0, "service/door\nservice/web"],
      ["get svc -l 'tier in (back,out),app!=web' -o name", 0, "service/db\nservice/out"],
      ["get svc -l '!tier' -o name", 0, "service/kubernetes"],
      ["get svc -l tier=none", 0, "No resources found in default namespace."],
      [
        "get svc -l 'a b'",
        1,
        `Error from server (BadRequest): Unable to find "/v1, Resource=services" that match label selector "a b", field selector "": unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt`,
      ],
      ["get svc --field-selector spec.type=NodePort -o name", 0, "service/door"],
      ["get svc --field-selector spec.clusterIP=None,metadata.name!=web -o name", 0, "service/db"],
      ["get pods --field-selector status.phase=Running,spec.nodeName=node-1 -o name", 0, /^pod\/solo$/m],
      ["get pods --field-selector status.phase!=Running", 0, "No resources found in default namespace."],
      [
        "get svc --field-selector spec.nope=1",
        1,
        'Error from server (BadRequest): Unable to find "/v1, Resource=services" that match label selector "", field selector "spec.nope=1": field label not supported: spec.nope',
      ],
      [
        "get svc -l app=web --show-labels",
        0,
        `
NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)        AGE     LABELS
door   NodePort    10.96.0.30   <none>        80:30080/TCP   {age}   app=web,tier=front
web    ClusterIP   10.96.0.20   <none>        80/TCP         {age}   app=web,tier=front`,
      ],
      [
        "get svc -L tier,app",
        0,
        `
NAME         TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)             AGE     TIER    APP
db           ClusterIP      None         <none>        5432/TCP,8080/TCP   {age}   back    db
door         NodePort       10.96.0.30   <none>        80:30080/TCP        {age}   front   web
kubernetes   ClusterIP      10.96.0.1    <none>        443/TCP             {age}
out          ExternalName   <none>       example.com   <none>              {age}   out
web          ClusterIP      10.96.0.20   <none>        80/TCP              {age}   front   web`,
      ],
      ["get svc --sort-by=.spec.type -o name", 0, /^service\/out\nservice\/door$/m],
      ["get svc --sort-by=.metadata.name --no-headers", 0, /^db [^]*^door [^]*^kubernetes [^]*^out [^]*^web /m],
      ["get svc --chunk-size=2 -o name", 0, "service/db\nservice/door\nservice/kubernetes\nservice/out\nservice/web"],
      ["get svc -A --no-headers", 0, /^default +web +ClusterIP +10\.96\.0\.20 /m],
      ["get svc -n kube-system", 0, "No resources found in kube-system namespace."],
      ["get svc -n nowhere", 0, "No resources found in nowhere namespace."],
    ],

    "What is not there is named": [
      ["get svc nope", 1, 'Error from server (NotFound): services "nope" not found'],
      ["get deploy nope", 1, 'Error from server (NotFound): deployments.apps "nope" not found'],
      ["get svc nope --ignore-not-found", 0, ""],
      [
        "get svc web nope",
        1,
        `
NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
web    ClusterIP   10.96.0.20   <none>        80/TCP    {age}
Error from server (NotFound): services "nope" not found`,
      ],
      ["get nonsense", 1, `error: the server doesn't have a resource type "nonsense"`],
      ["get svc.v1.apps", 1, `error: the server doesn't have a resource type "svc"`],
      ["get svc 'Bad Name'", 1, 'Error from server (NotFound): services "Bad Name" not found'],
      ["get svc __proto__ constructor", 1, [/services "__proto__" not found/, /services "constructor" not found/]],
    ],

    "Paths of the API are read raw": [
      ["get --raw /healthz", 0, "ok"],
      ["get --raw /version", 0, /"gitVersion":"v1\.35\.\d+\S*"/],
      ["get --raw /api/v1/namespaces/default/services/web", 0, rawInCluster(/"clusterIP":"10\.96\.0\.20"/)],
      ["get --raw /nope", 1, "Error from server (NotFound): the server could not find the requested resource"],
      [
        "get --raw /apis/apps/v1/namespaces/default/deployments/web/scale",
        0,
        rawInCluster([/"kind":"Scale"/, /"selector":"app=web"/]),
      ],
      ["get --raw /api/v1/namespaces/default/services/http:web:http/proxy/", 0, rawInCluster(/nginx/)],
      ["get deploy web --subresource=scale", 0, "NAME   DESIRED   AVAILABLE   AGE\nweb   2   2   {age}"],
      ["get deploy web --subresource=status -o jsonpath={.status.readyReplicas}", 0, "2"],
    ],
  },
  {
    alsoIn132: true,
    more: (commands) => {
      test("a watch prints what is, and then each change", async () => {
        const watch = commands().start("kubectl get configmaps -l watched=yes -w --output-watch-events");
        try {
          await commands().run("kubectl create -f -", { stdin: configMap("one", "a") });
          await eventually(() => expect(watch.output()).toMatch(/^ADDED +one +1 /m));
          await commands().run("kubectl apply -f -", { stdin: configMap("one", "a, second: b") });
          await commands().run("kubectl delete cm one");
          await eventually(() =>
            expect(watch.output()).toMatch(/^EVENT.*\nADDED +one +1 .*\nMODIFIED +one +2 .*\nDELETED +one +2 /),
          );
        } finally {
          await watch.stop();
        }
      });

      test("a watch of one object loses no change", async () => {
        await commands().run("kubectl create -f -", { stdin: configMap("single", "a") });
        const watch = commands().start("kubectl get cm single -w -o jsonpath={.data.first}");
        try {
          await eventually(() => expect(watch.output()).toBe("a"));
          for (const value of ["b", "c", "d"])
            await commands().run(`kubectl patch cm single -p '{"data":{"first":"${value}"}}'`);
          await eventually(() => expect(watch.output()).toBe("abcd"));
        } finally {
          await watch.stop();
        }
      });

      test("only a watch prints what changes from now on", async () => {
        const watch = commands().start("kubectl get svc web --watch-only --no-headers -L stamp");
        try {
          // The watch is known to run once it prints: until then there is something to print.
          let stamp = 0;
          await eventually(async () => {
            await commands().run(`kubectl label svc web stamp=s${++stamp} --overwrite`);
            expect(watch.output()).toMatch(/^web +ClusterIP .* s\d+$/m);
          });
          expect(watch.output()).not.toMatch(/kubernetes/);
        } finally {
          await watch.stop();
        }
      });
    },
  },
);

function configMap(name: string, first: string): string {
  return `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name}, labels: { watched: "yes" } }, data: { first: ${first} } }`;
}

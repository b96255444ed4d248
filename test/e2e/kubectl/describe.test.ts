/** `kubectl describe` of every kind, and events. */
import { POD, SERVICES, WEB } from "./manifests.ts";
import { runScenarios } from "./scenario.ts";

const FILES = {
  "web.yaml": WEB,
  "services.yaml": SERVICES,
  "pod.yaml": POD,
  "full.yaml": `
apiVersion: v1
kind: Pod
metadata: { name: full, labels: { app: full } }
spec:
  containers:
    - name: main
      image: "nginx:1.27"
      ports: [{ name: http, containerPort: 80 }]
      resources: { requests: { cpu: 100m, memory: 64Mi } }
      env: [{ name: COLOR, value: blue }]
      readinessProbe: { httpGet: { path: /, port: http } }
      livenessProbe: { tcpSocket: { port: 80 } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store, labels: { app: store } }
spec:
  serviceName: store
  replicas: 1
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec: { containers: [{ name: main, image: "nginx:1.27" }] }
`,
  "rest.yaml": `
apiVersion: v1
kind: Secret
metadata: { name: key }
stringData: { password: secret }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: robot }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec:
  rules:
    - host: shop.example
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }] }
`,
};

await runScenarios(FILES, {
  "What is described is made": [
    ["apply -f web.yaml -f services.yaml -f pod.yaml -f rest.yaml -f full.yaml", 0, /^pod\/solo created$/m],
    ["rollout status deployment/web --timeout=20s", 0, /successfully rolled out/],
    ["rollout status statefulset/store --timeout=20s", 0, /roll out complete: 1 new pods have been updated/],
    ["wait --for=condition=Ready pod/solo pod/full --timeout=20s", 0, "pod/solo condition met\npod/full condition met"],
  ],

  "Services tell where they lead": [
    [
      "describe svc web",
      0,
      `
Name:                     web
Namespace:                default
Labels:                   app=web
                          tier=front
Annotations:              <none>
Selector:                 app=web
Type:                     ClusterIP
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       10.96.0.20
IPs:                      10.96.0.20
Port:                     http  80/TCP
TargetPort:               http/TCP
Endpoints:                {ip}:8080,{ip}:8080
Session Affinity:         None
Internal Traffic Policy:  Cluster
Events:                   <none>`,
    ],
    [
      "describe svc door",
      0,
      `
Name:                     door
Namespace:                default
Labels:                   app=web
                          tier=front
Annotations:              <none>
Selector:                 app=web
Type:                     NodePort
IP Family Policy:         SingleStack
IP Families:              IPv4
IP:                       10.96.0.30
IPs:                      10.96.0.30
Port:                     <unset>  80/TCP
TargetPort:               8080/TCP
NodePort:                 <unset>  30080/TCP
Endpoints:                {ip}:8080,{ip}:8080
Session Affinity:         None
External Traffic Policy:  Cluster
Internal Traffic Policy:  Cluster
Events:                   <none>`,
    ],
    [
      "describe svc out",
      0,
      `
Name:              out
Namespace:         default
Labels:            tier=out
Annotations:       <none>
Selector:          <none>
Type:              ExternalName
IP Families:       <none>
IP:
IPs:               <none>
External Name:     example.com
Session Affinity:  None
Events:            <none>`,
    ],
    ["describe svc db", 0, [/^IP: +None$/m, /^Port: +sql {2}5432\/TCP$/m, /^Endpoints: *$/m]],
    ["describe svc nope", 1, 'Error from server (NotFound): services "nope" not found'],
    // A name that is none is taken for a prefix.
    ["describe svc do", 0, /^Name: +door$/m],
    [
      "describe endpointslice -l kubernetes.io/service-name=web",
      0,
      `
Name:         web-{suffix}
Namespace:    default
Labels:       app=web
              endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io
              kubernetes.io/service-name=web
              tier=front
Annotations:  endpoints.kubernetes.io/last-change-trigger-time: {time}
AddressType:  IPv4
Ports:
  Name  Port  Protocol
  ----  ----  --------
  http  8080  TCP
Endpoints:
  - Addresses:  {ip}
    Conditions:
      Ready:    true
    Hostname:   <unset>
    TargetRef:  Pod/web-{suffix}-{suffix}
    NodeName:   node-1
    Zone:       <unset>
  - Addresses:  {ip}
    Conditions:
      Ready:    true
    Hostname:   <unset>
    TargetRef:  Pod/web-{suffix}-{suffix}
    NodeName:   node-1
    Zone:       <unset>
Events:         <none>`,
    ],
    [
      "describe endpoints web",
      0,
      `
Name:         web
Namespace:    default
Labels:       app=web
              endpoints.kubernetes.io/managed-by=endpoint-controller
              tier=front
Annotations:  endpoints.kubernetes.io/last-change-trigger-time: {time}
Subsets:
  Addresses:          {ip},{ip}
  NotReadyAddresses:  <none>
  Ports:
    Name  Port  Protocol
    ----  ----  --------
    http  8080  TCP

Events:  <none>
Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice`,
    ],
    [
      "describe ingress shop",
      0,
      `
Name:             shop
Labels:           <none>
Namespace:        default
Address:          {ip}
Ingress Class:    wherry
Default backend:  <default>
Rules:
  Host          Path  Backends
  ----          ----  --------
  shop.example
                /   web:http ({ip}:8080,{ip}:8080)
Annotations:    <none>
Events:         <none>`,
    ],
  ],

  "Workloads tell how they are": [
    [
      "describe deploy web",
      0,
      `
Name:                   web
Namespace:              default
CreationTimestamp:      {date}
Labels:                 app=web
Annotations:            deployment.kubernetes.io/revision: 1
Selector:               app=web
Replicas:               2 desired | 2 updated | 2 total | 2 available | 0 unavailable
StrategyType:           RollingUpdate
MinReadySeconds:        0
RollingUpdateStrategy:  25% max unavailable, 25% max surge
Pod Template:
  Labels:  app=web
  Containers:
   web:
    Image:         nginx:1.27
    Port:          8080/TCP (http)
    Host Port:     0/TCP (http)
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Conditions:
  Type           Status  Reason
  ----           ------  ------
  Available      True    MinimumReplicasAvailable
  Progressing    True    NewReplicaSetAvailable
OldReplicaSets:  <none>
NewReplicaSet:   web-{suffix} (2/2 replicas created)
Events:
  Type    Reason             Age      From                   Message
  ----    ------             ----     ----                   -------
  Normal  ScalingReplicaSet  {age}    deployment-controller  Scaled up replica set web-{suffix} from 0 to 2`,
    ],
    [
      "describe rs -l app=web",
      0,
      `
Name:           web-{suffix}
Namespace:      default
Selector:       app=web,pod-template-hash={suffix}
Labels:         app=web
                pod-template-hash={suffix}
Annotations:    deployment.kubernetes.io/desired-replicas: 2
                deployment.kubernetes.io/max-replicas: 3
                deployment.kubernetes.io/revision: 1
Controlled By:  Deployment/web
Replicas:       2 current / 2 desired
Pods Status:    2 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=web
           pod-template-hash={suffix}
  Containers:
   web:
    Image:         nginx:1.27
    Port:          8080/TCP (http)
    Host Port:     0/TCP (http)
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Events:
  Type    Reason            Age      From                   Message
  ----    ------            ----     ----                   -------
  Normal  SuccessfulCreate  {age}    replicaset-controller  Created pod: web-{suffix}-{suffix}
  Normal  SuccessfulCreate  {age}    replicaset-controller  Created pod: web-{suffix}-{suffix}`,
    ],
    [
      "describe pod full",
      0,
      `
Name:             full
Namespace:        default
Service Account:  default
Node:             node-1/127.0.0.1
Start Time:       {date}
Labels:           app=full
Annotations:      <none>
Status:           Running
IP:               {ip}
IPs:
  IP:  {ip}
Containers:
  main:
    Container ID:   wherry://{uid}/main/0
    Image:          nginx:1.27
    Image ID:       nginx:1.27
    Port:           80/TCP (http)
    Host Port:      0/TCP (http)
    State:          Running
      Started:      {date}
    Ready:          True
    Restart Count:  0
    Requests:
      cpu:      100m
      memory:   64Mi
    Liveness:   tcp-socket :80 delay=0s timeout=1s period=10s #success=1 #failure=3
    Readiness:  http-get http://:http/ delay=0s timeout=1s period=10s #success=1 #failure=3
    Environment:
      COLOR:  blue
    Mounts:   <none>
Conditions:
  Type                        Status
  PodReadyToStartContainers   True
  Initialized                 True
  Ready                       True
  ContainersReady             True
  PodScheduled                True
Volumes:                      <none>
QoS Class:                    Burstable
Node-Selectors:               <none>
Tolerations:                  node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                              node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
Events:
  Type    Reason     Age      From               Message
  ----    ------     ----     ----               -------
  Normal  Scheduled  {age}    default-scheduler  Successfully assigned default/full to node-1
  Normal  Pulled     {age}    kubelet            spec.containers{main}: Container image "nginx:1.27" already present on machine and can be accessed by the pod
  Normal  Created    {age}    kubelet            spec.containers{main}: Container created
  Normal  Started    {age}    kubelet            spec.containers{main}: Container started`,
    ],
    [
      "describe sts store",
      0,
      `
Name:               store
Namespace:          default
CreationTimestamp:  {date}
Selector:           app=store
Labels:             app=store
Annotations:        <none>
Replicas:           1 desired | 1 total
Update Strategy:    RollingUpdate
  Partition:        0
  MaxUnavailable:   1
Pods Status:        1 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=store
  Containers:
   main:
    Image:         nginx:1.27
    Port:          <none>
    Host Port:     <none>
    Environment:   <none>
    Mounts:        <none>
  Volumes:         <none>
  Node-Selectors:  <none>
  Tolerations:     <none>
Volume Claims:     <none>
Events:
  Type    Reason            Age      From                    Message
  ----    ------            ----     ----                    -------
  Normal  SuccessfulCreate  {age}    statefulset-controller  create Pod store-0 in StatefulSet store successful`,
    ],
    [
      "describe cm settings",
      0,
      `
Name:         settings
Namespace:    default
Labels:       <none>
Annotations:  <none>

Data
====
color:
----
blue

size:
----
large


BinaryData
====

Events:  <none>`,
    ],
    [
      "describe secret key",
      0,
      `
Name:         key
Namespace:    default
Labels:       <none>
Annotations:  <none>

Type:  Opaque

Data
====
password:  6 bytes`,
    ],
    ["describe sa robot", 0, [/^Name: +robot$/m, /^Image pull secrets: +<none>$/m]],
  ],

  "The cluster's own objects": [
    [
      "describe ns default",
      0,
      "Name:   default\nLabels:   kubernetes.io/metadata.name=default\nAnnotations:   <none>\nStatus:   Active\n\nNo resource quota.\n\nNo LimitRange resource.",
    ],
    [
      "create quota few --hard=pods=3,services=2",
      0,
      [/^resourcequota\/few created$/m, /^Warning: ResourceQuota is stored, and not enforced/m],
    ],
    ["get quota", 0, "NAME   REQUEST   LIMIT   AGE\nfew                        {age}"],
    ["describe ns default", 0, /^Resource Quotas$/m],
    ["delete quota few", 0, 'resourcequota "few" deleted from default namespace'],
    ["get lease -n kube-node-lease", 0, "NAME   HOLDER   AGE\nnode-1   node-1   {age}"],
    ["describe node node-1", 0, /^Lease:\n +HolderIdentity: +node-1\n +AcquireTime: +<unset>\n +RenewTime: +\w{3}, /m],
    [
      "describe node node-1",
      0,
      [
        /^Roles: +<none>$/m,
        /^Unschedulable: +false$/m,
        /^ {2}Ready +True .* KubeletReady +kubelet is posting ready status$/m,
        /^ {2}InternalIP: +127\.0\.0\.1$/m,
        /^Non-terminated Pods: +\(5 in total\)$/m,
        /^ {2}default +solo +0 \(0%\) /m,
      ],
    ],
    ["describe servicecidr kubernetes", 0, [/^CIDRs: +10\.96\.0\.0\/12$/m, /^ {2}Ready +True /m]],
    ["describe ipaddress 10.96.0.20", 0, [/^Parent Reference:$/m, /^ {2}Resource: +services$/m, /^ {2}Name: +web$/m]],
    [
      "describe svc kubernetes",
      0,
      [/^Labels: +component=apiserver\n +provider=kubernetes$/m, /^Port: +https {2}443\/TCP$/m],
    ],
  ],

  "Events tell what happened": [
    [
      "events --for pod/solo",
      0,
      [
        /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/m,
        /^\w+ +Normal +Scheduled +Pod\/solo +Successfully assigned default\/solo to node-1$/m,
        /^\w+ +Normal +Pulled +Pod\/solo +Container image "nginx:1\.27" already present on machine and can be accessed by the pod$/m,
        /^\w+ +Normal +Created +Pod\/solo +Container created$/m,
        /^\w+ +Normal +Started +Pod\/solo +Container started$/m,
      ],
    ],
    [
      "events --for deploy/web --no-headers",
      0,
      "{age}   Normal   ScalingReplicaSet   Deployment/web   Scaled up replica set web-{suffix} from 0 to 2",
    ],
    ["events --types=Warning", 0, "No events found in default namespace."],
    [
      "get events --field-selector involvedObject.name=web,reason=ScalingReplicaSet",
      0,
      `
LAST SEEN   TYPE     REASON              OBJECT           MESSAGE
{age}       Normal   ScalingReplicaSet   deployment/web   Scaled up replica set web-{suffix} from 0 to 2`,
    ],
    ["get events --field-selector type=Warning -o name", 0, ""],
    ["delete events --all", 0, /^event "solo\.\w+" deleted from default namespace$/m],
  ],
});

/** Objects made from flags: `create`, `run`, `expose`. Their bodies are protobuf, except those of `run` and `expose`. */
import { rawInCluster, runScenarios } from "./scenario.ts";

/** What a client's own dry run prints. */
const DRY_RUN = `
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: dry
  name: dry
spec:
  replicas: 1
  selector:
    matchLabels:
      app: dry
  strategy: {}
  template:
    metadata:
      labels:
        app: dry
    spec:
      containers:
      - image: nginx
        name: nginx
        resources: {}
status: {}`;

await runScenarios(
  { "app.properties": "color=blue\nsize=large\n" },
  {
    "create makes each kind from its flags": [
      ["create namespace shop", 0, "namespace/shop created"],
      ["create deployment web --image=nginx:1.27 --replicas=2 --port=80", 0, "deployment.apps/web created"],
      ["create service clusterip plain --tcp=80:8080 --tcp=443", 0, "service/plain created"],
      ["create service clusterip headless --clusterip=None", 0, "service/headless created"],
      ["create service nodeport door --tcp=80:8080 --node-port=30080", 0, "service/door created"],
      ["create service loadbalancer out --tcp=80", 0, "service/out created"],
      ["create service externalname far --external-name=example.com", 0, "service/far created"],
      [
        "get svc -l app -o custom-columns=NAME:.metadata.name,TYPE:.spec.type,PORTS:.spec.ports[*].name,TO:.spec.externalName,SELECTOR:.spec.selector",
        0,
        `
NAME       TYPE           PORTS         TO            SELECTOR
door       NodePort       80-8080       <none>        map[app:door]
far        ExternalName   <none>        example.com   map[app:far]
headless   ClusterIP      <none>        <none>        map[app:headless]
out        LoadBalancer   80            <none>        map[app:out]
plain      ClusterIP      80-8080,443   <none>        map[app:plain]`,
      ],
      [
        "create configmap settings --from-literal=color=blue --from-file=app.properties",
        0,
        "configmap/settings created",
      ],
      ["get cm settings -o jsonpath={.data}", 0, '{"app.properties":"color=blue\\nsize=large\\n","color":"blue"}'],
      ["create configmap env --from-env-file=app.properties -o jsonpath={.data}", 0, '{"color":"blue","size":"large"}'],
      ["create secret generic key --from-literal=password=secret", 0, "secret/key created"],
      ["get secret key -o jsonpath={.type}/{.data.password}", 0, "Opaque/c2VjcmV0"],
      [
        "create secret docker-registry pull --docker-server=r.example --docker-username=u --docker-password=p",
        0,
        "secret/pull created",
      ],
      ["get secret pull", 0, "NAME   TYPE   DATA   AGE\npull   kubernetes.io/dockerconfigjson   1   {age}"],
      ["create serviceaccount robot", 0, "serviceaccount/robot created"],
      ["create token robot", 0, /^[\w-]+\.[\w-]+\.[\w-]+$/],
      ["create token nobody", 1, 'error: failed to create token: serviceaccounts "nobody" not found'],
      [
        "create ingress shop --class=nginx --rule=shop.example/*=web:80 --rule=shop.example/api=api:http,tls=cert",
        0,
        "ingress.networking.k8s.io/shop created",
      ],
      [
        "get ingress",
        0,
        "NAME   CLASS   HOSTS   ADDRESS   PORTS   AGE\nshop   nginx   shop.example   {ip}   80, 443   {age}",
      ],
      [
        "create role reader --verb=get,list --resource=pods,services",
        0,
        "role.rbac.authorization.k8s.io/reader created",
      ],
      [
        "create rolebinding readers --role=reader --serviceaccount=default:robot",
        0,
        "rolebinding.rbac.authorization.k8s.io/readers created",
      ],
      [
        "create clusterrole watcher --verb=watch --resource=nodes",
        0,
        "clusterrole.rbac.authorization.k8s.io/watcher created",
      ],
      [
        "create clusterrolebinding watchers --clusterrole=watcher --user=jane",
        0,
        "clusterrolebinding.rbac.authorization.k8s.io/watchers created",
      ],
      [
        "get rolebinding readers -o wide",
        0,
        "NAME   ROLE   AGE   USERS   GROUPS   SERVICEACCOUNTS\nreaders   Role/reader   {age}         default/robot",
      ],
    ],

    "create says why it cannot": [
      [
        "create deployment web --image=nginx",
        1,
        'error: failed to create deployment: deployments.apps "web" already exists',
      ],
      ["create namespace shop", 1, 'Error from server (AlreadyExists): namespaces "shop" already exists'],
      ["create configmap c -n nowhere", 1, 'error: failed to create configmap: namespaces "nowhere" not found'],
      [
        "create service nodeport other --tcp=80 --node-port=30080",
        1,
        'error: failed to create NodePort service: Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
      ],
      [
        "create service clusterip UP --tcp=80",
        1,
        /^error: failed to create ClusterIP service: Service "UP" is invalid: metadata\.name: Invalid value: "UP": a (DNS-1035|lowercase RFC 1123) label must consist of /,
      ],
      ["create service clusterip none", 1, "error: at least one tcp port specifier must be provided"],
      ["create secret tls t --cert=none --key=none", 1, /^error: .*no such file or directory$/m],
    ],

    "A dry run leaves nothing behind": [
      [
        "create deployment dry --image=nginx --dry-run=client -o yaml",
        0,
        { now: DRY_RUN, in132: DRY_RUN.replace(/^( *)labels:$/gm, "$1creationTimestamp: null\n$1labels:") },
      ],
      ["create deployment dry --image=nginx --dry-run=server -o jsonpath={.spec.strategy.type}", 0, "RollingUpdate"],
      ["get deploy dry", 1, 'Error from server (NotFound): deployments.apps "dry" not found'],
      ["create service nodeport dry --tcp=80 --dry-run=server -o jsonpath={.spec.ports[0].nodePort}", 0, "{port}"],
      ["get svc dry", 1, 'Error from server (NotFound): services "dry" not found'],
    ],

    "run and expose put a Pod behind a Service": [
      [
        "run solo --image=nginx:1.27 --port=80 --expose --env=COLOR=blue --labels=app=solo",
        0,
        "service/solo created\npod/solo created",
      ],
      ["wait pod/solo --for=condition=Ready --timeout=20s", 0, "pod/solo condition met"],
      [
        "get endpointslices -l kubernetes.io/service-name=solo -o jsonpath={.items[0].endpoints[0].targetRef.name}",
        0,
        "solo",
      ],
      ["run solo --image=nginx", 1, 'Error from server (AlreadyExists): pods "solo" already exists'],
      ["run quiet --image=busybox --restart=Never --command -- sleep 5", 0, "pod/quiet created"],
      ["get pod quiet -o jsonpath={.spec.restartPolicy}{.spec.containers[0].command}", 0, 'Never["sleep","5"]'],
      ["expose deployment web --port=80 --target-port=8080 --name=front --type=NodePort", 0, "service/front exposed"],
      ["get svc front -o jsonpath={.spec.selector}{.spec.ports[0].targetPort}", 0, '{"app":"web"}8080'],
      ["expose pod solo --name=solo2", 0, "service/solo2 exposed"],
      ["expose service plain --name=plain2 --port=81", 0, "service/plain2 exposed"],
      ["expose pod quiet", 1, "error: couldn't find port via --port flag or introspection"],
      ["expose pod nope --port=80", 1, 'Error from server (NotFound): pods "nope" not found'],
      ["get --raw /api/v1/namespaces/default/services/solo/proxy/", 0, rawInCluster(/Welcome to nginx/)],
    ],
  },
  { alsoIn132: true },
);

/** Manifests: create, apply, diff, edit, replace, dry runs, prune, kustomize, and what is refused of them. */
import { WEB } from "./manifests.ts";
import { runScenarios } from "./scenario.ts";

const FILES = {
  "web.yaml": WEB,
  "web2.yaml": WEB.replace("nginx:1.27", "nginx:1.28").replace("color: blue", "color: red"),
  "settings.yaml": "{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { color: green } }",
  "list.yaml": `
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: one, labels: { set: list } }, data: { a: "1" } }
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: two, labels: { set: list } }, data: { a: "2" } }
`,
  "shorter.yaml":
    '{ apiVersion: v1, kind: ConfigMap, metadata: { name: one, labels: { set: list } }, data: { a: "1" } }',
  "generated.yaml": "{ apiVersion: v1, kind: ConfigMap, metadata: { generateName: made- } }",
  "kustomization/kustomization.yaml": `
namePrefix: dev-
commonAnnotations: { team: shop }
resources: [service.yaml]
configMapGenerator: [{ name: flags, literals: [fast=yes] }]
`,
  "kustomization/service.yaml":
    "{ apiVersion: v1, kind: Service, metadata: { name: kustomized }, spec: { selector: { app: k }, ports: [{ port: 80 }] } }",
  "bad.yaml": `
apiVersion: v1
kind: Service
metadata: { name: bad }
spec: { type: Nope, sessionAffinity: Sometimes, ports: [{ name: A_b, port: 0 }, { port: 99999 }] }
`,
  "bad-deployment.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: { name: Bad_Name }
spec:
  replicas: -1
  selector: { matchLabels: { a: b } }
  template: { metadata: { labels: { a: c } }, spec: { containers: [] } }
`,
  "typo.yaml":
    "{ apiVersion: v1, kind: Service, metadata: { name: typo }, spec: { selectr: { a: b }, ports: [{ port: 80, prot: TCP }] } }",
  "mistyped.yaml":
    '{ apiVersion: v1, kind: Service, metadata: { name: typed }, spec: { ports: [{ port: "eighty" }] } }',
  "widget.yaml": "{ apiVersion: example.com/v1, kind: Widget, metadata: { name: w } }",
  "kindless.yaml": "{ apiVersion: v1, metadata: { name: w } }",
  "broken.yaml": "a: [",
  "taken.yaml": `
apiVersion: v1
kind: Service
metadata: { name: taken }
spec: { clusterIP: 10.96.0.20, ports: [{ port: 80 }] }
`,
  "address.yaml": `
apiVersion: v1
kind: Service
metadata: { name: outside }
spec: { clusterIP: 192.168.0.1, ports: [{ port: 80 }] }
`,
  "node-port.yaml": `
apiVersion: v1
kind: Service
metadata: { name: outside }
spec: { type: NodePort, ports: [{ port: 80, nodePort: 80 }] }
`,
  "constructor.yaml":
    "{ apiVersion: v1, kind: ConfigMap, metadata: { name: own }, data: { __proto__: a, constructor: b, ключ: c } }",
};

await runScenarios(FILES, {
  "What is created once is not created again": [
    ["create -f web.yaml", 0, "service/web created\ndeployment.apps/web created\nconfigmap/settings created"],
    [
      "create -f web.yaml",
      1,
      `
Error from server (AlreadyExists): error when creating "web.yaml": services "web" already exists
Error from server (AlreadyExists): error when creating "web.yaml": deployments.apps "web" already exists
Error from server (AlreadyExists): error when creating "web.yaml": configmaps "settings" already exists`,
    ],
    ["create -f generated.yaml", 0, "configmap/made-{suffix} created"],
    [
      "create -f - -o jsonpath={.metadata.uid}",
      0,
      "{uid}",
      { stdin: "{ apiVersion: v1, kind: ConfigMap, metadata: { name: fed } }" },
    ],
    ["delete -f web.yaml", 0, /^service "web" deleted from default namespace$/m],
    ["wait --for=delete pods -l app=web --timeout=20s", 0, /^(pod\/web-\S+ condition met\n)*$/],
  ],

  "apply makes, changes and leaves alone": [
    ["apply -f web.yaml", 0, "service/web created\ndeployment.apps/web created\nconfigmap/settings created"],
    ["apply -f web.yaml", 0, "service/web unchanged\ndeployment.apps/web unchanged\nconfigmap/settings unchanged"],
    ["diff -f web.yaml", 0, ""],
    [
      "diff -f web2.yaml",
      1,
      [/^- {6}- image: nginx:1\.27\n\+ {6}- image: nginx:1\.28$/m, /^- {2}color: blue\n\+ {2}color: red$/m],
    ],
    [
      "apply -f web2.yaml --dry-run=server",
      0,
      `
service/web unchanged (server dry run)
deployment.apps/web configured (server dry run)
configmap/settings configured (server dry run)`,
    ],
    [
      "apply -f web2.yaml --dry-run=client",
      0,
      `
service/web configured (dry run)
deployment.apps/web configured (dry run)
configmap/settings configured (dry run)`,
    ],
    ["get cm settings -o jsonpath={.data.color}", 0, "blue"],
    ["apply -f web2.yaml", 0, "service/web unchanged\ndeployment.apps/web configured\nconfigmap/settings configured"],
    ["get cm settings -o jsonpath={.data.color}", 0, "red"],
    ["apply view-last-applied cm/settings", 0, [/^ {2}color: red$/m, /^ {2}size: large$/m]],
    ["apply -f settings.yaml", 0, "configmap/settings configured"],
    ["get cm settings -o jsonpath={.data}", 0, '{"color":"green"}'],
    ["apply set-last-applied -f web2.yaml", 0, /^configmap\/settings configured$/m],
  ],

  "Lists, kustomizations and pruning": [
    ["apply -f list.yaml", 0, "configmap/one created\nconfigmap/two created"],
    [
      "apply -f shorter.yaml --prune -l set=list --prune-allowlist=core/v1/ConfigMap",
      0,
      "configmap/one unchanged\nconfigmap/two pruned",
    ],
    ["apply -k kustomization", 0, "configmap/dev-flags-{suffix} created\nservice/dev-kustomized created"],
    ["get svc dev-kustomized -o jsonpath={.metadata.annotations.team}", 0, "shop"],
    [
      "delete -k kustomization",
      0,
      [/^configmap "dev-flags-\w+" deleted from default namespace$/m, /^service "dev-kustomized" deleted/m],
    ],
    ["kustomize kustomization", 0, /^ {2}name: dev-kustomized$/m],
  ],

  "replace puts the whole object": [
    ["replace -f settings.yaml", 0, "configmap/settings replaced"],
    ["get cm settings -o jsonpath={.metadata.annotations}", 0, ""],
    [
      "replace -f shorter.yaml -n kube-system",
      1,
      'Error from server (NotFound): error when replacing "shorter.yaml": configmaps "one" not found',
    ],
    [
      "replace --force -f settings.yaml",
      0,
      'configmap "settings" deleted from default namespace\nconfigmap/settings replaced',
    ],
    [
      "replace -f -",
      1,
      'Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on configmaps "settings": the object has been modified; please apply your changes to the latest version and try again',
      { stdin: '{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings, resourceVersion: "1" } }' },
    ],
  ],

  "edit sends what the editor left": [
    ["edit cm settings", 0, "configmap/settings edited", { env: { KUBE_EDITOR: "sed -i s/green/yellow/" } }],
    ["get cm settings -o jsonpath={.data.color}", 0, "yellow"],
    ["edit cm settings", 0, "Edit cancelled, no changes made.", { env: { KUBE_EDITOR: "true" } }],
    [
      "edit deploy web",
      0,
      "deployment.apps/web edited",
      { env: { KUBE_EDITOR: "sed -i 's/replicas: 2/replicas: 1/'" } },
    ],
    // The editor opens anew on what was refused, and the same again ends it.
    [
      "edit svc web",
      1,
      /^error: services "web" is invalid\nA copy of your changes has been stored to "\S+"\nerror: Edit cancelled, no valid changes were saved\.$/m,
      { env: { KUBE_EDITOR: "sed -i 's/port: 80$/port: 70000/'" } },
    ],
    ["edit cm nope", 1, 'Error from server (NotFound): configmaps "nope" not found', { env: { KUBE_EDITOR: "true" } }],
  ],

  "Every bad field is named, as a real API server does": [
    [
      "create -f bad.yaml",
      1,
      `
The Service "bad" is invalid:
* spec.ports[0].name: Invalid value: "A_b": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')
* spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
* spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive
* spec.ports[1].name: Required value
* spec.ports[1].port: Invalid value: 99999: must be between 1 and 65535, inclusive
* spec.ports[1].targetPort: Invalid value: 99999: must be between 1 and 65535, inclusive
* spec.sessionAffinity: Unsupported value: "Sometimes": supported values: "ClientIP", "None"
* spec.type: Unsupported value: "Nope": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"`,
    ],
    [
      "apply -f bad-deployment.yaml",
      1,
      `
The Deployment "Bad_Name" is invalid:
* metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
* spec.replicas: Invalid value: -1: must be greater than or equal to 0
* spec.template.metadata.labels: Invalid value: {"a":"c"}: \`selector\` does not match template \`labels\`
* spec.template.spec.containers: Required value`,
    ],
    [
      "create -f typo.yaml",
      1,
      'Error from server (BadRequest): error when creating "typo.yaml": Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field "spec.ports[0].prot", unknown field "spec.selectr"',
    ],
    [
      "create --validate=warn --dry-run=server -f typo.yaml",
      0,
      `
service/typo created (server dry run)
Warning: unknown field "spec.ports[0].prot"
Warning: unknown field "spec.selectr"`,
    ],
    ["create --validate=ignore --dry-run=server -f typo.yaml", 0, "service/typo created (server dry run)"],
    [
      "create -f mistyped.yaml",
      1,
      /^Error from server \(BadRequest\): error when creating "mistyped\.yaml": Service in version "v1" cannot be handled as a Service: json: cannot unmarshal string into Go struct field ServicePort\.spec\.ports\.port of type int32$/m,
    ],
    [
      "apply -f widget.yaml",
      1,
      `
error: resource mapping not found for name: "w" namespace: "" from "widget.yaml": no matches for kind "Widget" in version "example.com/v1"
ensure CRDs are installed first`,
    ],
    ["apply -f kindless.yaml", 1, /^error: error validating "kindless\.yaml": error validating data: kind not set; /],
    ["apply -f broken.yaml", 1, /^error: error parsing broken\.yaml: error converting YAML to JSON: yaml: /],
    ["apply -f none.yaml", 1, 'error: the path "none.yaml" does not exist'],
    [
      "apply -f settings.yaml -n nowhere",
      1,
      'Error from server (NotFound): error when creating "settings.yaml": namespaces "nowhere" not found',
    ],
    [
      "create -f taken.yaml",
      1,
      'The Service "taken" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.20"]: failed to allocate IP 10.96.0.20: provided IP is already allocated',
    ],
    [
      "create -f address.yaml",
      1,
      /^The Service "outside" is invalid: spec\.clusterIPs: Invalid value: \["192\.168\.0\.1"\]: failed to allocate IP 192\.168\.0\.1: the provided /,
    ],
    [
      "create -f node-port.yaml",
      1,
      'The Service "outside" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      "create -f constructor.yaml",
      1,
      /^The ConfigMap "own" is invalid: data\[ключ\]: Invalid value: "ключ": a valid config key must consist of alphanumeric characters, '-', '_' or '\.'/,
    ],
    [
      "create -f -",
      1,
      /^The ConfigMap "big" is invalid: \[?\]?: Too long: may not be more than 1048576 bytes/,
      {
        stdin: `{ apiVersion: v1, kind: ConfigMap, metadata: { name: big }, data: { a: "${"x".repeat(1_100_000)}" } }`,
      },
    ],
  ],
});

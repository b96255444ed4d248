/** `kubectl apply --server-side`: who owns which field. */
import { WEB } from "./manifests.ts";
import { runScenarios } from "./scenario.ts";

const FILES = {
  "web.yaml": WEB,
  "settings.yaml":
    "{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { color: blue, size: large } }",
  "red.yaml": "{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { color: red } }",
  "size.yaml": "{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { size: large } }",
  "replicas.yaml": "{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { replicas: 3 } }",
  "port.yaml":
    "{ apiVersion: v1, kind: Service, metadata: { name: web }, spec: { ports: [{ name: admin, port: 8081, protocol: TCP }] } }",
  "typo.yaml": "{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, dato: { color: red } }",
  "client.yaml": "{ apiVersion: v1, kind: ConfigMap, metadata: { name: client }, data: { a: '1', b: '2' } }",
  "client-less.yaml": "{ apiVersion: v1, kind: ConfigMap, metadata: { name: client }, data: { a: '1' } }",
};

const HELP = `
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

await runScenarios(FILES, {
  "A field has an owner, and another is told so": [
    ["apply --server-side -f settings.yaml", 0, "configmap/settings serverside-applied"],
    ["apply --server-side -f settings.yaml", 0, "configmap/settings serverside-applied"],
    [
      "get cm settings -o yaml --show-managed-fields",
      0,
      `
apiVersion: v1
data:
  color: blue
  size: large
kind: ConfigMap
metadata:
  creationTimestamp: "{time}"
  managedFields:
  - apiVersion: v1
    fieldsType: FieldsV1
    fieldsV1:
      f:data:
        f:color: {}
        f:size: {}
    manager: kubectl
    operation: Apply
    time: "{time}"
  name: settings
  namespace: default
  resourceVersion: "{number}"
  uid: {uid}`,
    ],
    [
      "apply --server-side -f red.yaml --field-manager=painter",
      1,
      `error: Apply failed with 1 conflict: conflict with "kubectl": .data.color${HELP}`,
    ],
    [
      "apply --server-side -f red.yaml --field-manager=painter --force-conflicts",
      0,
      "configmap/settings serverside-applied",
    ],
    ["get cm settings -o jsonpath={.data}", 0, '{"color":"red","size":"large"}'],
    // What an owner no longer names goes, unless another owns it as well.
    ["apply --server-side -f size.yaml --field-manager=tailor", 0, "configmap/settings serverside-applied"],
    ["apply --server-side -f red.yaml --field-manager=kubectl", 0, "configmap/settings serverside-applied"],
    ["get cm settings -o jsonpath={.data}", 0, '{"color":"red","size":"large"}'],
    ["apply --server-side -f red.yaml --field-manager=tailor", 0, "configmap/settings serverside-applied"],
    ["get cm settings -o jsonpath={.data}", 0, '{"color":"red"}'],
    [
      "apply --server-side -f typo.yaml",
      1,
      /^Error from server: failed to create typed patch object \(default\/settings; \/v1, Kind=ConfigMap\): \.dato: field not declared in schema$/m,
    ],
  ],

  "Lists with keys are owned by element": [
    [
      "apply --server-side -f web.yaml --force-conflicts",
      0,
      "service/web serverside-applied\ndeployment.apps/web serverside-applied\nconfigmap/settings serverside-applied",
    ],
    ["apply --server-side -f port.yaml --field-manager=admin", 0, "service/web serverside-applied"],
    ["get svc web -o jsonpath={.spec.ports[*].name}", 0, "http admin"],
    ["apply --server-side -f web.yaml", 0, /^service\/web serverside-applied$/m],
    ["get svc web -o jsonpath={.spec.ports[*].name}", 0, "http admin"],
    [
      "apply --server-side -f replicas.yaml --field-manager=scaler",
      1,
      /^error: Apply failed with 1 conflict: conflict with "kubectl": \.spec\.replicas$/m,
    ],
    [
      "apply --server-side -f replicas.yaml --field-manager=scaler --force-conflicts",
      0,
      "deployment.apps/web serverside-applied",
    ],
    ["scale deploy web --replicas=1", 0, "deployment.apps/web scaled"],
    // A write that is no apply takes the field from its owner.
    [
      "apply --server-side -f replicas.yaml --field-manager=scaler",
      1,
      /^error: Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps\/v1: \.spec\.replicas$/m,
    ],
  ],

  "From client-side apply to server-side apply": [
    ["apply -f client.yaml", 0, "configmap/client created"],
    ["apply --server-side -f client-less.yaml", 0, "configmap/client serverside-applied"],
    ["get cm client -o jsonpath={.data}", 0, '{"a":"1"}'],
    [
      "get cm client -o jsonpath='{range .metadata.managedFields[*]}{.manager}:{.operation} {end}' --show-managed-fields",
      0,
      "kubectl:Apply kubectl-last-applied:Apply",
    ],
    ["diff --server-side -f client.yaml", 1, /^\+ {2}b: "2"$/m],
    ["diff --server-side -f client-less.yaml", 0, ""],
    ["apply --server-side -f client.yaml --dry-run=server", 0, "configmap/client serverside-applied (server dry run)"],
    ["get cm client -o jsonpath={.data}", 0, '{"a":"1"}'],
    ["apply -f client.yaml", 0, "configmap/client configured"],
    ["get cm client -o jsonpath={.data}", 0, '{"a":"1","b":"2"}'],
  ],
});

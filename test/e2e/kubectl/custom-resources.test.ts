/** CustomResourceDefinitions and their objects: the CronTab of the Kubernetes documentation, and what one does with it. */
import { CRON_TAB, CRON_TAB_DEFINITION, FLEET_DEFINITION } from "./manifests.ts";
import { runScenarios } from "./scenario.ts";

const FILES = {
  "definition.yaml": CRON_TAB_DEFINITION,
  "cron.yaml": CRON_TAB,
  "both.yaml": `${FLEET_DEFINITION}\n---\n{ apiVersion: example.com/v1, kind: Fleet, metadata: { name: north }, spec: { ships: 3 } }`,
  "typo.yaml": CRON_TAB.replace("image:", "imgae:"),
  "wrong.yaml": CRON_TAB.replace('"* * * * */5"', '"* * * *"').replace("replicas: 3", "replicas: 15"),
  "nobody.yaml": "{ apiVersion: stable.example.com/v1, kind: Nobody, metadata: { name: a } }",
  "bad-definition.yaml": CRON_TAB_DEFINITION.replace("name: crontabs.", "name: tabs.").replace(
    "storage: true",
    "storage: false",
  ),
  "ports.yaml": CRON_TAB.replace("replicas: 3", "replicas: 3\n  ports: [{ name: a, port: 1 }]"),
  "more-ports.yaml": CRON_TAB.replace("replicas: 3", "replicas: 3\n  ports: [{ name: b, port: 2 }]"),
};

await runScenarios(FILES, {
  "A kind that is not there yet": [
    ["get crontabs", 1, 'error: the server doesn\'t have a resource type "crontabs"'],
    [
      "apply -f cron.yaml",
      1,
      /no matches for kind "CronTab" in version "stable.example.com\/v1"\nensure CRDs are installed first/,
    ],
  ],
  "A definition that is wrong says everything that is": [
    [
      "create -f bad-definition.yaml",
      1,
      [
        /metadata.name: Invalid value: "tabs.stable.example.com": must be spec.names.plural\+"."\+spec.group/,
        /spec.versions: Invalid value: .*must have exactly one version marked as storage version/,
      ],
    ],
  ],
  "The definition, and an object right after it": [
    [
      "apply -f definition.yaml",
      0,
      "customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.com created",
    ],
    ["apply -f cron.yaml", 0, "crontab.stable.example.com/my-new-cron-object created"],
    [
      "wait --for condition=established --timeout=60s crd/crontabs.stable.example.com",
      0,
      "customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.com condition met",
    ],
    ["get crd", 0, "NAME   CREATED AT\ncrontabs.stable.example.com   {time}"],
    [
      "get crd crontabs.stable.example.com -o jsonpath={.status.acceptedNames.listKind}{.status.storedVersions}{.spec.conversion.strategy}",
      0,
      'CronTabList["v1"]None',
    ],
    [
      "apply -f definition.yaml -f cron.yaml",
      0,
      /crontabs.stable.example.com unchanged\ncrontab.stable.example.com\/my-new-cron-object unchanged/,
    ],
    ["diff -f cron.yaml", 0, ""],
  ],
  "What there is": [
    [
      "api-resources --api-group=stable.example.com",
      0,
      "NAME   SHORTNAMES   APIVERSION   NAMESPACED   KIND\ncrontabs   ct   stable.example.com/v1   true   CronTab",
    ],
    ["get crontab", 0, "NAME   SPEC   REPLICAS   AGE\nmy-new-cron-object   * * * * */5   3   {age}"],
    [
      "get ct -o wide",
      0,
      "NAME   SPEC   REPLICAS   IMAGE   AGE\nmy-new-cron-object   * * * * */5   3   my-awesome-cron-image   {age}",
    ],
    [
      "get ct -A",
      0,
      "NAMESPACE   NAME   SPEC   REPLICAS   AGE\ndefault   my-new-cron-object   * * * * */5   3   {age}",
    ],
    ["get all -o name", 0, "service/kubernetes\ncrontab.stable.example.com/my-new-cron-object"],
    [
      "get ct --field-selector spec.image=my-awesome-cron-image -o name",
      0,
      "crontab.stable.example.com/my-new-cron-object",
    ],
    ["get ct --field-selector spec.image=other -o name", 0, ""],
    ["get ct --field-selector spec.cronSpec=x", 1, /field label not supported: spec.cronSpec/],
    [
      "explain crontab.spec.replicas",
      0,
      [/GROUP: +stable.example.com\nKIND: +CronTab\nVERSION: +v1\n\nFIELD: replicas <integer>/, /How many of it run\./],
    ],
    [
      "describe ct my-new-cron-object",
      0,
      [/API Version: +stable.example.com\/v1/, /Cron Spec: +\* \* \* \* \*\/5/, /Replicas: +3/],
    ],
  ],
  "What an object may not be": [
    [
      "apply -f wrong.yaml",
      1,
      [
        /The CronTab "my-new-cron-object" is invalid:/,
        /spec.cronSpec: Invalid value: "\* \* \* \*": spec.cronSpec in body should match '\^\(\\d\+\|\\\*\)\(\/\\d\+\)\?\(\\s\+\(\\d\+\|\\\*\)\(\/\\d\+\)\?\)\{4\}\$'/,
        /spec.replicas: Invalid value: 15: spec.replicas in body should be less than or equal to 10/,
      ],
    ],
    ["apply -f typo.yaml", 1, /strict decoding error: unknown field "spec.imgae"/],
    ["apply -f typo.yaml --validate=warn", 0, [/Warning: unknown field "spec.imgae"/, /my-new-cron-object configured/]],
    ["get ct -o jsonpath={.items[0].spec.imgae}/{.items[0].spec.image}", 0, "/busybox"],
    ["apply -f nobody.yaml", 1, /no matches for kind "Nobody" in version "stable.example.com\/v1"/],
    [
      `patch ct my-new-cron-object --type=merge -p '{"spec":{"replicas":"x"}}'`,
      1,
      'The CronTab "my-new-cron-object" is invalid: spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
    ],
    [
      `patch ct my-new-cron-object --type=strategic -p '{"spec":{"replicas":2}}'`,
      1,
      "error: application/strategic-merge-patch+json is not supported by stable.example.com/v1, Kind=CronTab: the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
    ],
  ],
  Changes: [
    [
      `patch ct my-new-cron-object --type=merge -p '{"spec":{"image":null,"replicas":4}}'`,
      0,
      "crontab.stable.example.com/my-new-cron-object patched",
    ],
    ["get ct -o jsonpath={.items[0].spec}", 0, '{"cronSpec":"* * * * */5","image":"busybox","replicas":4}'],
    [
      `patch ct my-new-cron-object --type=json -p '[{"op":"replace","path":"/spec/replicas","value":2}]'`,
      0,
      "crontab.stable.example.com/my-new-cron-object patched",
    ],
    ["scale --replicas=5 crontabs/my-new-cron-object", 0, "crontab.stable.example.com/my-new-cron-object scaled"],
    [
      `patch ct my-new-cron-object --subresource=status --type=merge -p '{"spec":{"replicas":9},"status":{"replicas":5,"labelSelector":"app=cron"}}'`,
      0,
      "crontab.stable.example.com/my-new-cron-object patched",
    ],
    ["get ct -o jsonpath={.items[0].spec.replicas}{.items[0].status.replicas}", 0, "55"],
    [
      "get --raw /apis/stable.example.com/v1/namespaces/default/crontabs/my-new-cron-object/scale",
      0,
      /"spec":\{"replicas":5\},"status":\{"replicas":5,"selector":"app=cron"\}/,
    ],
    ["label ct my-new-cron-object tier=nightly", 0, "crontab.stable.example.com/my-new-cron-object labeled"],
    ["get ct -l tier=nightly -o name", 0, "crontab.stable.example.com/my-new-cron-object"],
  ],
  "Server-side apply merges lists by the keys that the definition names": [
    [
      "apply --server-side --force-conflicts --field-manager=a -f ports.yaml",
      0,
      "crontab.stable.example.com/my-new-cron-object serverside-applied",
    ],
    [
      "apply --server-side --field-manager=b -f more-ports.yaml",
      0,
      "crontab.stable.example.com/my-new-cron-object serverside-applied",
    ],
    ["get ct -o jsonpath={.items[0].spec.ports}", 0, '[{"name":"a","port":1},{"name":"b","port":2}]'],
  ],
  "One file with a definition and its object, in the cluster's scope": [
    // kubectl looks up the kinds of a whole file before it sends anything, as it does with a real cluster.
    ["apply -f both.yaml", 1, [/fleets.example.com created/, /no matches for kind "Fleet"/]],
    ["apply -f both.yaml", 0, [/fleets.example.com unchanged/, /fleet.example.com\/north created/]],
    ["get fleets", 0, "NAME   AGE\nnorth   {age}"],
    [
      "get fleets.v1beta1.example.com north -o jsonpath={.apiVersion}",
      0,
      [/example.com\/v1beta1/, /Warning: example.com\/v1beta1 Fleet is deprecated; use example.com\/v1 Fleet/],
    ],
    ["delete fleet north", 0, 'fleet.example.com "north" deleted'],
    ["delete crd fleets.example.com", 0, 'customresourcedefinition.apiextensions.k8s.io "fleets.example.com" deleted'],
  ],
  "The definition goes with all its objects": [
    ["create namespace other", 0, "namespace/other created"],
    ["apply -n other -f cron.yaml", 0, "crontab.stable.example.com/my-new-cron-object created"],
    [
      "delete crd crontabs.stable.example.com",
      0,
      'customresourcedefinition.apiextensions.k8s.io "crontabs.stable.example.com" deleted',
    ],
    ["get ct", 1, /the server (doesn't have a resource type "ct"|could not find the requested resource)/],
    [
      "apply -f definition.yaml",
      0,
      "customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.com created",
    ],
    ["get ct -A", 0, "No resources found"],
  ],
  "A namespace goes with its custom resources": [
    ["apply -n other -f cron.yaml", 0, "crontab.stable.example.com/my-new-cron-object created"],
    ["delete namespace other", 0, 'namespace "other" deleted'],
    ["get ct -A", 0, "No resources found"],
  ],
});

/** Objects that stand: patch, label, annotate, set, scale, taint, cordon. */
import { WEB } from "./manifests.ts";
import { runScenarios } from "./scenario.ts";

const FILES = { "web.yaml": WEB };

await runScenarios(
  FILES,
  {
    "The three kinds of patch": [
      ["apply -f web.yaml", 0, /^service\/web created$/m],
      // Ports merge by their number, so the name stays.
      [`patch svc web -p '{"spec":{"ports":[{"port":80,"targetPort":8081}]}}'`, 0, "service/web patched"],
      ["get svc web -o jsonpath={.spec.ports}", 0, '[{"name":"http","port":80,"protocol":"TCP","targetPort":8081}]'],
      [`patch svc web -p '{"spec":{"ports":[{"port":80,"targetPort":8081}]}}'`, 0, "service/web patched (no change)"],
      [`patch svc web -p '{"spec":{"ports":[{"port":443,"name":"https"}]}}'`, 0, "service/web patched"],
      ["get svc web -o jsonpath={.spec.ports[*].name}", 0, "https http"],
      [`patch svc web -p '{"spec":{"ports":[{"$patch":"delete","port":443}]}}'`, 0, "service/web patched"],
      // A merge patch replaces lists whole.
      [`patch svc web --type=merge -p '{"spec":{"ports":[{"name":"web","port":80}]}}'`, 0, "service/web patched"],
      ["get svc web -o jsonpath={.spec.ports}", 0, '[{"name":"web","port":80,"protocol":"TCP","targetPort":80}]'],
      [`patch svc web --type=merge -p '{"metadata":{"labels":{"tier":null}}}'`, 0, "service/web patched"],
      ["get svc web -o jsonpath={.metadata.labels}", 0, '{"app":"web"}'],
      [
        `patch svc web --type=json -p '[{"op":"test","path":"/spec/type","value":"ClusterIP"},{"op":"replace","path":"/spec/ports/0/port","value":81}]'`,
        0,
        "service/web patched",
      ],
      ["get svc web -o jsonpath={.spec.ports[0].port}", 0, "81"],
      [`patch svc web -p '{"spec":{"type":"NodePort"}}' -o jsonpath={.spec.type}`, 0, "NodePort"],
      [`patch svc web -p '{"spec":{"type":"ClusterIP"}}' --dry-run=server`, 0, "service/web patched"],
      ["get svc web -o jsonpath={.spec.type}", 0, "NodePort"],
      ["patch svc web --patch-file=patch.yaml", 1, /^error: unable to read patch file: open patch\.yaml: no such file/],
      [
        `patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":3}}'`,
        0,
        "scale.autoscaling/web patched",
      ],
      [
        `patch deploy web --subresource=status --type=merge -p '{"spec":{"replicas":7}}'`,
        0,
        "deployment.apps/web patched (no change)",
      ],
      ["get deploy web -o jsonpath={.spec.replicas}", 0, "3"],
    ],

    "Patches that cannot be": [
      // The real server gives no reason here: its cause is empty.
      [
        `patch svc web --type=json -p '[{"op":"remove","path":"/spec/nothing"}]'`,
        1,
        /^The request is invalid: patch: remove operation does not apply: doc is missing path: "\/spec\/nothing"$/m,
      ],
      [
        `patch svc web --type=json -p '{"not":"a list"}'`,
        1,
        "Error from server (BadRequest): error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
      ],
      [
        `patch svc web -p '{"spec":{"clusterIP":"10.96.0.77"}}'`,
        1,
        'The Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.0.77"]: may not change once set',
      ],
      // The real server says 422 and shows the whole patch; this names the field, as it does when one is created.
      [
        `patch svc web -p '{"spec":{"ports":"x"}}'`,
        1,
        'The request is invalid: patch: Invalid value: "map[spec:map[ports:x]]": cannot restore slice from string',
      ],
      [
        `patch svc web -p '{"metadata":{"resourceVersion":"1"}}'`,
        1,
        'Error from server (Conflict): Operation cannot be fulfilled on services "web": the object has been modified; please apply your changes to the latest version and try again',
      ],
      [
        `patch svc web -p '{"metadata":{"name":"other"}}'`,
        1,
        "Error from server (BadRequest): the name of the object (other) does not match the name on the URL (web)",
      ],
      [
        `patch deploy web -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'`,
        1,
        `
The Deployment "web" is invalid:
* spec.template.metadata.labels: Invalid value: {"app":"web"}: \`selector\` does not match template \`labels\`
* spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable`,
      ],
      [`patch svc nope -p '{}'`, 1, 'Error from server (NotFound): services "nope" not found'],
      ["patch svc web --type=odd -p '{}'", 1, 'error: --type must be one of [json merge strategic], not "odd"'],
    ],

    "Labels and annotations": [
      ["label svc web color=red", 0, "service/web labeled"],
      ["label svc web color=blue", 1, "error: 'color' already has a value (red), and --overwrite is false"],
      ["label svc web color=blue --overwrite", 0, "service/web labeled"],
      ["label svc web color=blue", 0, "service/web not labeled"],
      ["label svc web --list", 0, [/^app=web$/m, /^color=blue$/m]],
      ["label svc web color-", 0, "service/web unlabeled"],
      ["label svc web color-", 0, 'label "color" not found.\nservice/web not labeled'],
      ["label pods -l app=web zone=a", 0, /^(pod\/web-\S+ labeled\n){3}$/],
      [
        "label svc web 'bad key=x'",
        1,
        /^The Service "web" is invalid: metadata\.labels: Invalid value: "bad key": name part must consist of alphanumeric characters, /,
      ],
      ["label svc web key='bad value!'", 1, /^error: invalid label value: "key=bad value!": a valid label must be /],
      [
        "label svc web x=y --resource-version=1",
        1,
        /^Error from server \(Conflict\): Operation cannot be fulfilled on services "web": /,
      ],
      [
        "label svc,cm --all set=one",
        0,
        "service/kubernetes labeled\nservice/web labeled\nconfigmap/kube-root-ca.crt labeled\nconfigmap/settings labeled",
      ],
      ["annotate svc web note='hello world'", 0, "service/web annotated"],
      [
        "annotate svc web note=again",
        1,
        "error: --overwrite is false but found the following declared annotation(s): 'note' already has a value (hello world)",
      ],
      ["annotate svc web note-", 0, "service/web annotated"],
      ["annotate svc web --list", 0, /^kubectl\.kubernetes\.io\/last-applied-configuration=/],
      [
        "annotate svc web 'a/b/c=x'",
        1,
        /^The Service "web" is invalid: metadata\.annotations: Invalid value: "a\/b\/c": a (valid|qualified) /,
      ],
    ],

    "set changes the parts of a template": [
      ["set image deploy/web web=nginx:1.29", 0, "deployment.apps/web image updated"],
      ["set image deploy/web nope=nginx:1.29", 1, 'error: unable to find container named "nope"'],
      ["set env deploy/web COLOR=red", 0, "deployment.apps/web env updated"],
      ["set env deploy/web --list", 0, "# Deployment web, container web\nCOLOR=red"],
      [
        "set env deploy/web --from=configmap/settings",
        0,
        // The keys come in no certain order.
        [
          /^deployment\.apps\/web env updated$/m,
          /^Warning: key color transferred to COLOR$/m,
          /key size transferred to SIZE$/m,
        ],
      ],
      ["set env deploy/web COLOR- SIZE-", 0, "deployment.apps/web env updated"],
      [
        "set resources deploy/web --limits=cpu=200m,memory=64Mi",
        0,
        "deployment.apps/web resource requirements updated",
      ],
      [
        "get deploy web -o jsonpath={.spec.template.spec.containers[0].resources}",
        0,
        '{"limits":{"cpu":"200m","memory":"64Mi"}}',
      ],
      ["set selector svc web app=other", 0, "service/web selector updated"],
      ["create serviceaccount robot", 0, "serviceaccount/robot created"],
      ["set serviceaccount deploy web robot", 0, "deployment.apps/web serviceaccount updated"],
      ["get deploy web -o jsonpath={.spec.template.spec.serviceAccountName}", 0, "robot"],
    ],

    "scale sets the number of replicas": [
      ["scale deploy web --replicas=4", 0, "deployment.apps/web scaled"],
      ["scale deploy web --replicas=1 --current-replicas=4", 0, "deployment.apps/web scaled"],
      ["scale deploy web --replicas=1 --current-replicas=4", 1, "error: Expected replicas to be 4, was 1"],
      ["scale deploy web --replicas=2 --resource-version=1", 1, /^error: Expected resource version to be 1, was \d+$/m],
      [
        "scale deploy nope --replicas=1",
        1,
        {
          now: 'Error from server (NotFound): deployments.apps "nope" not found',
          in132: 'error: no objects passed to scale deployments.apps "nope" not found',
        },
      ],
      [
        "scale svc web --replicas=1",
        1,
        "Error from server (NotFound): the server could not find the requested resource",
      ],
      [
        "scale deploy web --replicas=-1",
        1,
        /^error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0$/m,
      ],
      ["rollout status deploy/web --timeout=20s", 0, /successfully rolled out$/m],
      // No kind of autoscaler is served.
      [
        "autoscale deploy web --max=5",
        1,
        {
          now: /^error: failed to create autoscaling\/v2 HPA /,
          in132: "Error from server (NotFound): the server could not find the requested resource",
        },
      ],
    ],

    Nodes: [
      ["taint node node-1 dedicated=shop:NoSchedule", 0, "node/node-1 tainted"],
      ["get node node-1 -o jsonpath={.spec.taints}", 0, '[{"effect":"NoSchedule","key":"dedicated","value":"shop"}]'],
      [
        "taint node node-1 dedicated=shop:NoSchedule",
        1,
        "error: node node-1 already has dedicated taint(s) with same effect(s) and --overwrite is false",
      ],
      ["taint node node-1 dedicated-", 0, "node/node-1 untainted"],
      ["cordon node-1", 0, "node/node-1 cordoned"],
      ["cordon node-1", 0, "node/node-1 already cordoned"],
      [
        "get node node-1",
        0,
        "NAME   STATUS   ROLES   AGE   VERSION\nnode-1   Ready,SchedulingDisabled   <none>   {age}   v1.35.0",
      ],
      ["uncordon node-1", 0, "node/node-1 uncordoned"],
      ["cordon nope", 1, /nodes "nope" not found/],
    ],
  },
  { alsoIn132: true },
);

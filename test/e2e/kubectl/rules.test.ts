/** Rules in CEL: those of definitions, and policies that hold for whatever is written. */
import { CRON_TAB, CRON_TAB_DEFINITION } from "./manifests.ts";
import { runScenarios } from "./scenario.ts";

const REPLICAS = "replicas: { type: integer, minimum: 1, maximum: 10, description: How many of it run. }";
const RULES = `replicas:
                type: integer
                x-kubernetes-validations:
                - { rule: "self <= 10", messageExpression: "'%d are too many'.format([self])" }
                - { rule: self >= oldSelf, message: it may only grow }`;
const RULED = CRON_TAB_DEFINITION.replace(REPLICAS, RULES).replace(
  "          spec:\n            type: object",
  `          spec:
            type: object
            x-kubernetes-validations:
            - { rule: "!has(self.image) || self.image != 'bad'", message: bad is no image, fieldPath: .image, reason: FieldValueForbidden }`,
);

/** The one of the Kubernetes documentation ("Validating Admission Policy"). */
const POLICY = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: demo-policy.example.com }
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
    - { apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments] }
  validations:
  - { expression: object.spec.replicas <= 5 }
`;
const BINDING = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: demo-binding-test.example.com }
spec:
  policyName: demo-policy.example.com
  validationActions: [Deny]
  matchResources: { namespaceSelector: { matchLabels: { environment: test } } }
`;
const DENIED =
  "ValidatingAdmissionPolicy 'demo-policy.example.com' with binding 'demo-binding-test.example.com' denied request: failed expression: object.spec.replicas <= 5";

await runScenarios(
  {
    "definition.yaml": RULED,
    "wrong.yaml": RULED.replace("self <= 10", "self <= ten"),
    "cron.yaml": CRON_TAB,
    "bad.yaml": CRON_TAB.replace("my-awesome-cron-image", "bad").replace("replicas: 3", "replicas: 11"),
    "policy.yaml": POLICY,
    "binding.yaml": BINDING,
    "bad-policy.yaml": POLICY.replace("object.spec.replicas <= 5", "objekt.spec.replicas <= 5"),
  },
  {
    "A definition whose rules make no sense is refused": [
      [
        "create -f wrong.yaml",
        1,
        [
          /spec.versions\[0\].schema.openAPIV3Schema.properties\[spec\].properties\[replicas\].x-kubernetes-validations\[0\].rule: Invalid value/,
          /compilation failed: ERROR: <input>:1:9: undeclared reference to 'ten' \(in container ''\)/,
        ],
      ],
    ],
    "Objects are held against the rules of their definition": [
      [
        "apply -f definition.yaml",
        0,
        "customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.com created",
      ],
      ["apply -f cron.yaml", 0, "crontab.stable.example.com/my-new-cron-object created"],
      [
        "apply -f bad.yaml",
        1,
        [/spec.image: Forbidden: bad is no image/, /spec.replicas: Invalid value: 11: 11 are too many/],
      ],
      [
        `patch ct my-new-cron-object --type merge -p '{"spec":{"replicas":2}}'`,
        1,
        'The CronTab "my-new-cron-object" is invalid: spec.replicas: Invalid value: 2: it may only grow',
      ],
      ["scale ct my-new-cron-object --replicas 5", 0, "crontab.stable.example.com/my-new-cron-object scaled"],
    ],
    "A policy whose expression makes no sense is refused": [
      [
        "create -f bad-policy.yaml",
        1,
        /spec.validations\[0\].expression: Invalid value: "objekt.spec.replicas <= 5": compilation failed: ERROR: <input>:1:1: undeclared reference to 'objekt'/,
      ],
    ],
    "A policy holds where its binding says so": [
      [
        "apply -f policy.yaml",
        0,
        "validatingadmissionpolicy.admissionregistration.k8s.io/demo-policy.example.com created",
      ],
      [
        "apply -f binding.yaml",
        0,
        "validatingadmissionpolicybinding.admissionregistration.k8s.io/demo-binding-test.example.com created",
      ],
      ["create deployment web --image nginx --replicas 6", 0, "deployment.apps/web created"],
      ["label ns default environment=test", 0, "namespace/default labeled"],
      [
        "create deployment more --image nginx --replicas 6",
        1,
        `error: failed to create deployment: deployments.apps "more" is forbidden: ${DENIED}`,
      ],
      ["annotate deployment web a=b", 1, `The deployments "web" is invalid: : ${DENIED}`],
      ["create deployment few --image nginx --replicas 2", 0, "deployment.apps/few created"],
      ["delete deployment web", 0, /deployment.apps "web" deleted/],
    ],
    "What is in force": [
      [
        "get validatingadmissionpolicies",
        0,
        "NAME   VALIDATIONS   PARAMKIND   AGE\ndemo-policy.example.com   1   <unset>   {age}",
      ],
      [
        "get validatingadmissionpolicybindings",
        0,
        "NAME   POLICYNAME   PARAMREF   AGE\ndemo-binding-test.example.com   demo-policy.example.com   <unset>   {age}",
      ],
      [
        "explain validatingadmissionpolicy.spec.validations.expression",
        0,
        [/FIELD: expression <string>/, /In CEL, of object, oldObject, request, params/],
      ],
    ],
    "And no more, once the binding is gone": [
      [
        "delete validatingadmissionpolicybinding demo-binding-test.example.com",
        0,
        /"demo-binding-test.example.com" deleted/,
      ],
      ["create deployment more --image nginx --replicas 6", 0, "deployment.apps/more created"],
    ],
  },
);

/** What the server tells of itself: api-resources, api-versions, explain, version, cluster-info. */
import { runScenarios } from "./scenario.ts";

await runScenarios(
  {},
  {
    "Resources have the names of a real cluster": [
      ["api-resources --api-group=apps", 0, /^deployments +deploy +apps\/v1 +true +Deployment$/m],
      [
        "api-resources --api-group=",
        0,
        [
          /^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND$/m,
          /^configmaps +cm +v1 +true +ConfigMap$/m,
          /^endpoints +ep +v1 +true +Endpoints$/m,
          /^events +ev +v1 +true +Event$/m,
          /^namespaces +ns +v1 +false +Namespace$/m,
          /^nodes +no +v1 +false +Node$/m,
          /^pods +po +v1 +true +Pod$/m,
          /^secrets +v1 +true +Secret$/m,
          /^serviceaccounts +sa +v1 +true +ServiceAccount$/m,
          /^services +svc +v1 +true +Service$/m,
        ],
      ],
      ["api-resources --api-group=discovery.k8s.io -o name", 0, "endpointslices.discovery.k8s.io"],
      [
        "api-resources --api-group=networking.k8s.io --no-headers",
        0,
        [
          /^ingresses +ing +networking\.k8s\.io\/v1 +true +Ingress$/m,
          /^networkpolicies +netpol +networking\.k8s\.io\/v1 +true +NetworkPolicy$/m,
        ],
      ],
      ["api-resources --categories=all -o name", 0, /^pods\nservices\n[^]*deployments\.apps\n[^]*replicasets\.apps/m],
      [
        "api-resources --verbs=patch --namespaced=false -o wide",
        0,
        /^namespaces +ns +v1 +false +Namespace +create,delete,get,list,patch,update,watch *$/m,
      ],
      ["api-resources --api-group=example.com", 0, "NAME   SHORTNAMES   APIVERSION   NAMESPACED   KIND"],
      ["api-versions", 0, [/^apps\/v1$/m, /^discovery\.k8s\.io\/v1$/m, /^networking\.k8s\.io\/v1$/m, /^v1$/m]],
      // Names are found by plural, singular, short name, kind, and with group and version.
      [
        "get services/kubernetes service/kubernetes svc/kubernetes Service/kubernetes services.v1./kubernetes -o name",
        0,
        /^(service\/kubernetes\n){5}$/,
      ],
      ["get deployments.v1.apps,deploy.apps", 0, "No resources found in default namespace."],
    ],

    "explain knows the fields of each kind": [
      [
        "explain svc",
        0,
        [/^KIND: +Service\nVERSION: +v1$/m, /^ {2}spec\t<ServiceSpec>$/m, /^ {2}apiVersion\t<string>$/m],
      ],
      [
        "explain service.spec.ports --output=plaintext-openapiv2",
        0,
        [/^RESOURCE: ports <\[\]Object>$/m, /^ {3}targetPort\t<string>\n {5}\S/m],
      ],
      [
        "explain service.spec.ports",
        0,
        [/^FIELD: ports <\[\]ServicePort>$/m, /^ {2}port\t<integer> -required-$/m, /^ {2}targetPort\t<IntOrString>$/m],
      ],
      [
        "explain deploy.spec.template.spec.containers.readinessProbe.httpGet",
        0,
        [/^GROUP: +apps$/m, /^FIELD: httpGet <HTTPGetAction>$/m],
      ],
      [
        "explain endpointslices --recursive",
        0,
        [
          /^GROUP: +discovery\.k8s\.io$/m,
          /^ {2}endpoints\t<\[\]Endpoint> -required-$/m,
          /^ {4}conditions\t<EndpointConditions>$/m,
        ],
      ],
      ["explain svc.nope", 1, 'KIND:   Service\nVERSION:   v1\n\nerror: field "nope" does not exist'],
      ["explain nonsense", 1, `the server doesn't have a resource type "nonsense"`],
    ],

    "The server has a version and an address": [
      [
        "version",
        0,
        {
          now: [/^Client Version: v1\.35\./m, /^Server Version: v1\.35\./m],
          in132: [
            /^Client Version: v1\.32\./m,
            /^WARNING: version difference between client \(1\.32\) and server \(1\.35\)/m,
          ],
        },
      ],
      ["version -o json", 0, /"serverVersion": \{[^}]*"minor": "35"/],
      ["cluster-info", 0, /^\S*Kubernetes control plane\S* is running at \S*http:\/\/127\.0\.0\.1:\d+\/clusters\/t-/],
      ["config current-context", 0, "wherry"],
      ["top pods", 1, "error: Metrics API not available"],
    ],
  },
  { alsoIn132: true },
);

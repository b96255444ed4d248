/** Objects that several scenarios start from. */

/** Two replicas behind a Service, and a ConfigMap. */
export const WEB = `
apiVersion: v1
kind: Service
metadata: { name: web, labels: { app: web, tier: front } }
spec: { clusterIP: 10.96.0.20, selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: "nginx:1.27", ports: [{ name: http, containerPort: 8080 }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { color: blue, size: large }
`;

/** A Service of each type beside `web`. */
export const SERVICES = `
apiVersion: v1
kind: Service
metadata: { name: db, labels: { app: db, tier: back } }
spec: { clusterIP: None, selector: { app: db }, ports: [{ name: sql, port: 5432 }, { name: admin, port: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: door, labels: { app: web, tier: front } }
spec: { type: NodePort, clusterIP: 10.96.0.30, selector: { app: web }, ports: [{ port: 80, nodePort: 30080, targetPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: out, labels: { tier: out } }
spec: { type: ExternalName, externalName: example.com }
`;

export const POD = `
apiVersion: v1
kind: Pod
metadata: { name: solo, labels: { app: solo } }
spec: { containers: [{ name: main, image: "nginx:1.27", ports: [{ containerPort: 80 }] }] }
`;

/** From the Kubernetes documentation ("Extend the Kubernetes API with CustomResourceDefinitions"), its sections put together. */
export const CRON_TAB_DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: crontabs.stable.example.com
spec:
  group: stable.example.com
  scope: Namespaced
  names: { plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all] }
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              cronSpec:
                type: string
                pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'
              image: { type: string, default: busybox }
              replicas: { type: integer, minimum: 1, maximum: 10, description: How many of it run. }
              ports:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  required: [name]
                  properties: { name: { type: string }, port: { type: integer } }
          status:
            type: object
            properties: { replicas: { type: integer }, labelSelector: { type: string } }
    selectableFields: [{ jsonPath: .spec.image }]
    additionalPrinterColumns:
    - { name: Spec, type: string, jsonPath: .spec.cronSpec }
    - { name: Replicas, type: integer, jsonPath: .spec.replicas }
    - { name: Image, type: string, priority: 1, jsonPath: .spec.image }
    - { name: Age, type: date, jsonPath: .metadata.creationTimestamp }
    subresources:
      status: {}
      scale: { specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.labelSelector }
`;

export const CRON_TAB = `
apiVersion: stable.example.com/v1
kind: CronTab
metadata:
  name: my-new-cron-object
spec:
  cronSpec: "* * * * */5"
  image: my-awesome-cron-image
  replicas: 3
`;

/** In the cluster's scope, in two versions. */
export const FLEET_DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: fleets.example.com }
spec:
  group: example.com
  scope: Cluster
  names: { plural: fleets, kind: Fleet }
  versions:
  - name: v1
    served: true
    storage: true
    schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
  - name: v1beta1
    served: true
    storage: false
    deprecated: true
    schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;

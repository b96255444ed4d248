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

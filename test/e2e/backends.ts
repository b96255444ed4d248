/** HTTP servers of the test's own, and the manifests that put them behind Services. */
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";

const servers = new Set<Server>();

/** Listens on loopback until `closeBackends`. */
export async function backend(listener: RequestListener): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(listener);
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** For `afterEach` or `afterAll`. */
export async function closeBackends(): Promise<void> {
  await Promise.all(
    [...servers].map((server) => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      return closed;
    }),
  );
  servers.clear();
}

/** A port that nobody has at the moment, out of the NodePort range's part that is given out last. */
export async function freeNodePort(): Promise<number> {
  for (;;) {
    const port = 30_100 + Math.floor(Math.random() * 2_600);
    const server = createTcpServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}

export interface Behind {
  /** The annotation `wherry.internal/backend` of the Service. */
  readonly service?: string;
  /** That of its Pod. */
  readonly pod?: string;
  readonly image?: string;
  readonly args?: readonly string[];
  /** How long it stays, and keeps its address, when it is deleted; else a second. */
  readonly preStopSeconds?: number;
}

const annotated = (url: string | undefined): object =>
  url === undefined ? {} : { annotations: { "wherry.internal/backend": url } };

/** A Service on port 80 and the Pod behind it, both of this name. */
export const serviceWithPod = (namespace: string, name: string, behind: Behind): string => {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, ...annotated(behind.service) },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
  };
  return [service, podManifest(namespace, name, name, behind)].map((object) => JSON.stringify(object)).join("\n---\n");
};

/** A Pod that the Service `app` selects. */
export const podManifest = (namespace: string, name: string, app: string, behind: Behind) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace, labels: { app }, ...annotated(behind.pod) },
  spec: {
    containers: [
      {
        name: "main",
        image: behind.image ?? "acme/app",
        ports: [{ containerPort: 8080 }],
        args: behind.args ?? [],
        ...(behind.preStopSeconds === undefined
          ? {}
          : { lifecycle: { preStop: { sleep: { seconds: behind.preStopSeconds } } } }),
      },
    ],
  },
});

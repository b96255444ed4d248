/**
 * The types of `wherry/testing`. This file has no imports and no values: the build ships it as `testing.d.ts`.
 *
 * ```ts
 * import { startCluster } from "wherry/testing";
 *
 * const cluster = await startCluster();
 * await cluster.apply(new URL("shop.yaml", import.meta.url));
 * await cluster.expose("web.shop:80", () => new Response("hello"));
 * const response = await cluster.fetch("http://web.shop/");
 * await cluster.stop();
 * ```
 */

/**
 * Starts an empty cluster. All clusters of a process share one workerd, so the first takes a few hundred milliseconds
 * and each further one a few; they see nothing of each other. Give one to each test.
 */
export declare function startCluster(): Promise<Cluster>;

/** One emulated cluster, isolated from every other. */
export interface Cluster {
  /** Chosen at random; part of the API server's URL. */
  readonly id: string;

  /** Path of a kubeconfig for kubectl, helm and client libraries. Gone after `stop`. */
  readonly kubeconfig: string;

  /** URL of the Kubernetes API, e.g. `http://127.0.0.1:40001/clusters/t-1f0c`. */
  readonly server: string;

  /**
   * Creates the objects of a manifest, or merges them into those that exist, in the order they are written
   * (Namespaces first). Takes YAML or JSON text with any number of documents, or the `file:` URL of such a file.
   *
   * Gives the objects as the API server stored them. Throws an `Error` that names the object and carries the server's
   * message when one is refused; those before it stay.
   *
   * ```ts
   * await cluster.apply(`
   *   apiVersion: v1
   *   kind: Namespace
   *   metadata: { name: shop }
   * `);
   * ```
   */
  apply(manifest: string | URL): Promise<KubernetesObject[]>;

  /**
   * Sends a request as a program in the cluster would: names of Services, ClusterIPs and Pod addresses all work, and
   * nothing outside the cluster is reached except through ExternalName Services. Same arguments, result and errors as
   * the global `fetch`; the answer of a Service without endpoints is a 503.
   *
   * ```ts
   * await cluster.fetch("http://web.shop.svc.cluster.local/cart");
   * await cluster.fetch("http://web/cart", { from: "shop" }); // a short name, from namespace shop
   * ```
   */
  fetch(url: string | URL | Request, init?: RequestInit & { readonly from?: Source }): Promise<Response>;

  /**
   * Looks a name up in the cluster's DNS. `type` is a record type by name, `A` by default.
   * With `from`, short names are completed as they would be in a Pod of that namespace.
   *
   * ```ts
   * const { Answer } = await cluster.dig("web.shop.svc.cluster.local");
   * const srv = await cluster.dig("_http._tcp.web.shop.svc.cluster.local", "SRV");
   * ```
   */
  dig(name: string, type?: string, options?: { readonly from?: Source }): Promise<DnsAnswer>;

  /**
   * Puts a handler, or an HTTP server that runs somewhere, behind a Service. What is missing is made: the namespace, the
   * Service, a Pod that it selects. An existing Service keeps its ports and selector, and every one of its endpoints is
   * answered by this backend from now on. Returns when requests to the Service arrive there.
   *
   * The handler runs in this process; it gets the request as the backend would, with a streamed body.
   *
   * ```ts
   * await cluster.expose("web.shop:80", (request) => Response.json({ path: new URL(request.url).pathname }));
   * await cluster.expose({ namespace: "shop", name: "api", port: 8080 }, "http://127.0.0.1:3000");
   * ```
   */
  expose(service: string | ServiceTarget, backend: Handler | string | URL): Promise<void>;

  /**
   * A request to the Kubernetes API. `path` starts with a slash, e.g. `/api/v1/namespaces/shop/services`.
   *
   * ```ts
   * const { items } = await (await cluster.api("/api/v1/services")).json();
   * ```
   */
  api(path: string, init?: RequestInit): Promise<Response>;

  /** Ends the handlers and forgets the cluster; the last cluster of a process ends workerd as well. */
  stop(): Promise<void>;
}

/** Where a request comes from: `"shop"`, or the Pod `"shop/web-0"`. Default: namespace `default`. */
export type Source = string;

export type Handler = (request: Request) => Response | Promise<Response>;

/** `"web.shop:80"` in parts. */
export interface ServiceTarget {
  readonly namespace: string;
  readonly name: string;
  /** The Service's port, 1 to 65535. */
  readonly port: number;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** `application/dns-json`. */
export interface DnsAnswer {
  /** The response code: 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED (RFC 6895 §2.3). */
  readonly Status: number;
  /** Cut short. */
  readonly TC: boolean;
  /** Empty when there are none. */
  readonly Answer: readonly DnsRecord[];
  /** The SOA record of a negative answer. */
  readonly Authority: readonly DnsRecord[];
}

export interface DnsRecord {
  readonly name: string;
  /** The number of the record type: 1 A, 5 CNAME, 12 PTR, 28 AAAA, 33 SRV. */
  readonly type: number;
  /** Seconds. */
  readonly TTL: number;
  /** As in a zone file, e.g. `10.96.0.10`, or `0 100 80 web.shop.svc.cluster.local.` */
  readonly data: string;
}

/** Gives every Service of type LoadBalancer a loopback address of its own, as a cloud's controller gives it a public one. */
import type { Service } from "../../shared/api/core-v1/service.ts";
import { isLoopbackIP, loadBalancerIPs, tcpPorts, type WantedSocket } from "../../shared/proxy/node-sockets.ts";
import type { KubeClient } from "../kube-client.ts";
import { recordEvent } from "./events.ts";
import type { NodeSockets } from "./sockets.ts";

/** `127.255.0.1` and on: far from 127.0.0.x, which nodes and people use. */
const addressOf = (number: number): string => `127.255.${number >> 8}.${number & 255}`;
const MAX_ADDRESSES = 65_535;
/** Somebody else on this machine may have some. */
const MAX_TRIES = 100;

export class LoadBalancers {
  readonly #client: KubeClient;
  readonly #sockets: NodeSockets;
  /** Services that have been given an address, by uid, until their status says it. */
  readonly #given = new Map<string, string>();

  constructor(client: KubeClient, sockets: NodeSockets) {
    this.#client = client;
    this.#sockets = sockets;
  }

  /** The Services as they will be once their status says what address they were given. */
  asPromised(services: readonly Service[]): readonly Service[] {
    return services.map((service) => {
      const ip = this.#given.get(service.metadata.uid);
      return ip === undefined || !isWaiting(service)
        ? service
        : { ...service, status: { ...service.status, loadBalancer: { ingress: [{ ip }] } } };
    });
  }

  /** Gives addresses to those that wait for one. */
  async settle(services: readonly Service[]): Promise<void> {
    const waiting = new Set(services.filter(isWaiting).map(({ metadata }) => metadata.uid));
    for (const uid of this.#given.keys()) if (!waiting.has(uid)) this.#given.delete(uid);
    const taken = new Set([...services.flatMap(loadBalancerIPs), ...this.#given.values()]);
    for (const service of services) {
      if (!isWaiting(service) || this.#given.has(service.metadata.uid)) continue;
      const address = await this.#openFree(service, taken);
      if (address === null) continue;
      taken.add(address);
      this.#given.set(service.metadata.uid, address);
      await this.#promise(service, address);
    }
  }

  /** The first address on which all the Service's ports can be had. */
  async #openFree(service: Service, taken: ReadonlySet<string>): Promise<string | null> {
    const { loadBalancerIP = "" } = service.spec;
    if (isLoopbackIP(loadBalancerIP) && !taken.has(loadBalancerIP)) return loadBalancerIP;
    let tries = 0;
    for (let number = 1; number < MAX_ADDRESSES && tries < MAX_TRIES; number++) {
      const address = addressOf(number);
      if (taken.has(address)) continue;
      tries++;
      const problem = await this.#openAll(service, address);
      // Another address would not help against a lack of rights: the Event says what would.
      if (problem !== "EADDRINUSE") return address;
    }
    return null;
  }

  async #openAll(service: Service, address: string): Promise<string | null> {
    const opened: WantedSocket[] = [];
    for (const { port } of tcpPorts(service)) {
      const socket = { address, port, kind: "load balancer", service } as const;
      const problem = await this.#sockets.tryOpen(socket);
      if (problem !== null) {
        for (const other of opened) this.#sockets.closeOne(other);
        return problem;
      }
      opened.push(socket);
    }
    return null;
  }

  async #promise(service: Service, ip: string): Promise<void> {
    const { namespace = "default", name, uid } = service.metadata;
    const path = `/api/v1/namespaces/${namespace}/services/${name}/status`;
    try {
      await this.#client.merge(path, { status: { loadBalancer: { ingress: [{ ip, ipMode: "VIP" }] } } });
      await recordEvent(this.#client, service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer");
    } catch {
      // It changed or went meanwhile: the watch tells, and then it is looked at again.
      this.#given.delete(uid);
    }
  }
}

/** Other classes are for other controllers. */
const isWaiting = (service: Service): boolean =>
  service.spec.type === "LoadBalancer" &&
  service.spec.loadBalancerClass === undefined &&
  service.metadata.deletionTimestamp === undefined &&
  (service.status?.loadBalancer?.ingress ?? []).length === 0;

/** Who holds which cluster IP, node port and block of pod addresses; in memory for speed, in SQLite for good. */
import { canonicalIP, cidrContains, parseCIDR, parseIP } from "../shared/apimachinery/ip.ts";
import { allocate, type AddressRange, type PortHolder } from "../shared/registry/allocation/allocate.ts";
import type { Allocation, AllocationAnswer } from "../shared/registry/allocation/allocation.ts";
import { firstUsableAddress } from "../shared/registry/allocation/ip-allocator.ts";
import { nextPodBlock } from "../shared/registry/allocation/pod-blocks.ts";
import { NODE_PORT_RANGE } from "../shared/registry/allocation/port-allocator.ts";
import type { Host } from "../shared/runtime/host.ts";
import type { HeldAllocation, ReserveOrder } from "../shared/storage/ledger-rpc.ts";
import { allocationKey } from "../shared/storage/plan-mutation.ts";
import type { Sql } from "../shared/storage/version-store.ts";

interface Holding {
  readonly owner: string;
  readonly allocation: Allocation;
}

interface MutableRange extends AddressRange {
  readonly used: Set<string>;
}

/** A range of a ServiceCIDR; `ready`: its addresses are given out. */
export interface ServiceRange {
  readonly cidr: string;
  readonly ready: boolean;
}

export class AllocationBook {
  readonly #sql: Sql;
  readonly #host: Host;
  readonly #holdings = new Map<string, Holding>();
  #ranges: readonly MutableRange[] = [];
  /** Addresses that are nobody's ClusterIP and not to be given out either. */
  #foreign: ReadonlySet<string> = new Set();
  readonly #ports = new Map<number, PortHolder>();
  readonly #podRanges: readonly string[];
  readonly #podBlocks = new Map<string, string>();
  /** The first address of all is for `default/kubernetes` alone, also before that Service is made and while it is made again. */
  readonly #reserved: string | null;

  constructor(sql: Sql, host: Host, serviceRanges: readonly string[], podRanges: readonly string[]) {
    this.#sql = sql;
    this.#host = host;
    this.#podRanges = podRanges;
    const first = parseCIDR(serviceRanges[0] ?? "");
    this.#reserved = first === null ? null : firstUsableAddress(first);
    this.setRanges(
      serviceRanges.map((cidr) => ({ cidr, ready: true })),
      [],
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS allocations (key TEXT PRIMARY KEY, owner TEXT NOT NULL, allocation TEXT NOT NULL)",
    );
    sql.exec("CREATE TABLE IF NOT EXISTS pod_blocks (cidr TEXT PRIMARY KEY, namespace TEXT NOT NULL)");
    for (const row of sql.exec<{ owner: string; allocation: string }>("SELECT owner, allocation FROM allocations")) {
      this.#note({ owner: row.owner, allocation: JSON.parse(row.allocation) as Allocation });
    }
    for (const row of sql.exec<{ cidr: string; namespace: string }>("SELECT * FROM pod_blocks")) {
      this.#podBlocks.set(row.cidr, row.namespace);
    }
  }

  /** Grants or refuses an order, and keeps what it grants unless the order is a dry run. The caller holds the transaction. */
  allocate(order: ReserveOrder, defaultIngressClass: string | null): AllocationAnswer {
    const state = {
      addressRanges: this.#ranges,
      nodePortRange: NODE_PORT_RANGE,
      nodePorts: this.#ports,
      defaultIngressClass,
    };
    const answer = allocate(state, order, this.#host.pick);
    if (answer.ok && !order.dryRun)
      for (const allocation of answer.grants) this.keep({ owner: order.owner, allocation });
    return answer;
  }

  /** Records that `owner` holds this; whoever held it before does no more. */
  keep(holding: Holding): void {
    if (holding.allocation.kind === "DefaultIngressClass") return;
    const key = allocationKey(holding.allocation);
    this.#sql.exec(
      "INSERT OR REPLACE INTO allocations VALUES (?, ?, ?)",
      key,
      holding.owner,
      JSON.stringify(holding.allocation),
    );
    this.#note(holding);
  }

  /** Only what the namespace itself holds is released: a late release must not hit a new owner. */
  release(namespace: string, allocations: readonly Allocation[]): void {
    for (const allocation of allocations) {
      const key = allocationKey(allocation);
      const holding = this.#holdings.get(key);
      if (holding === undefined || !holding.owner.startsWith(`${namespace}/`)) continue;
      this.#sql.exec("DELETE FROM allocations WHERE key = ?", key);
      this.#holdings.delete(key);
      this.#forget(holding);
    }
  }

  /** The repair of kube-apiserver: what the namespace's objects hold is recorded, what none of them holds is released. */
  repair(namespace: string, held: readonly HeldAllocation[]): void {
    const keys = new Set(held.map(({ allocation }) => allocationKey(allocation)));
    const leaked = [...this.#holdings].filter(
      ([key, { owner }]) => owner.startsWith(`${namespace}/`) && !keys.has(key),
    );
    this.release(
      namespace,
      leaked.map(([, { allocation }]) => allocation),
    );
    for (const one of held) if (!this.#holdings.has(allocationKey(one.allocation))) this.keep(one);
  }

  blocksOf(namespace: string): readonly string[] {
    return [...this.#podBlocks].filter(([, owner]) => owner === namespace).map(([cidr]) => cidr);
  }

  get podBlocks(): readonly { readonly cidr: string; readonly namespace: string }[] {
    return [...this.#podBlocks].map(([cidr, namespace]) => ({ cidr, namespace }));
  }

  /** Null when the pod ranges are full. */
  addPodBlock(namespace: string): string | null {
    const block = nextPodBlock(this.#podRanges, [...this.#podBlocks.keys()], this.blocksOf(namespace));
    if (block === null) return null;
    this.#sql.exec("INSERT INTO pod_blocks VALUES (?, ?)", block, namespace);
    this.#podBlocks.set(block, namespace);
    return block;
  }

  /** The namespace is gone, and with it everything it held. */
  forgetNamespace(namespace: string): void {
    this.repair(namespace, []);
    this.#sql.exec("DELETE FROM pod_blocks WHERE namespace = ?", namespace);
    for (const cidr of this.blocksOf(namespace)) this.#podBlocks.delete(cidr);
  }

  /** The ranges as the ServiceCIDRs have them now, and the addresses that clients keep for themselves. */
  setRanges(ranges: readonly ServiceRange[], foreign: readonly string[]): void {
    this.#foreign = new Set(foreign);
    const unique = new Map<string, boolean>();
    for (const { cidr, ready } of ranges) unique.set(cidr, ready || unique.get(cidr) === true);
    this.#ranges = [...unique].flatMap(([text, ready]) => {
      const cidr = parseCIDR(text);
      return cidr === null ? [] : [{ cidr, ready, used: new Set<string>() }];
    });
    for (const address of foreign) this.#use(address);
    if (this.#reserved !== null) this.#use(this.#reserved);
    for (const { allocation } of this.#holdings.values()) {
      if (allocation.kind === "ClusterIP") this.#use(canonicalIP(allocation.value) ?? allocation.value);
    }
  }

  #use(address: string): void {
    for (const { used } of this.#rangesOf(address)) used.add(address);
  }

  #note(holding: Holding): void {
    const { allocation, owner } = holding;
    this.#holdings.set(allocationKey(allocation), holding);
    switch (allocation.kind) {
      case "ClusterIP":
        this.#use(canonicalIP(allocation.value) ?? allocation.value);
        return;
      case "NodePort":
      case "HealthCheckNodePort":
        this.#ports.set(allocation.value, { owner, kind: allocation.kind });
        return;
      case "DefaultIngressClass":
        return;
      default:
        return allocation satisfies never;
    }
  }

  #forget({ allocation }: Holding): void {
    if (allocation.kind === "ClusterIP") {
      const address = canonicalIP(allocation.value) ?? allocation.value;
      if (address === this.#reserved || this.#foreign.has(address)) return;
      for (const { used } of this.#rangesOf(address)) used.delete(address);
      return;
    }
    if (allocation.kind === "DefaultIngressClass") return;
    // One Service may hold a number for several protocols; the number is free when the last is.
    const stillHeld = ["TCP", "UDP", "SCTP"].some((protocol) =>
      this.#holdings.has(`NodePort/${allocation.value}/${protocol}`),
    );
    if (!stillHeld) this.#ports.delete(allocation.value);
  }

  #rangesOf(address: string): readonly MutableRange[] {
    const ip = parseIP(address);
    return ip === null ? [] : this.#ranges.filter(({ cidr }) => cidrContains(cidr, ip));
  }
}

/** One namespace of one cluster: its objects, their history, its controllers, its table. Named `<cluster>/<namespace>`. */
import { DurableObject } from "cloudflare:workers";
import type { Result } from "../shared/api/meta-v1/status.ts";
import { notFound, refuse, unknownPath } from "../shared/apimachinery/status.ts";
import type { ClusterInfo } from "../shared/controllers/controller.ts";
import type { ServedLine, ServedPage } from "../shared/kubelet/served-log.ts";
import type { NamespaceTableDelta } from "../shared/proxy/table.ts";
import type { NamespaceContent } from "../shared/registry/core-v1/namespace/deletion-conditions.ts";
import type { LeaseBody, Registration } from "../shared/registry/registration/registration.ts";
import type { DefinitionReference, ResourceKey } from "../shared/registry/resource-kind.ts";
import { EMPTY_EXCHANGE, partsOf, type NamespaceMemberRpc, type Settled } from "../shared/storage/ledger-rpc.ts";
import { parseRevision } from "../shared/storage/list-options.ts";
import type { Answer, ListPage, ListQuery, Mutation, WatchQuery } from "../shared/storage/mutation.ts";
import { bookmarkLine, openWatch, readList, readObject } from "../shared/storage/reader.ts";
import { putInBody } from "../shared/storage/mutation-body.ts";
import type { NamespaceStoreRpc, Registered } from "../shared/storage/store-rpc.ts";
import type { Env } from "../workers/env.ts";
import { KindResolver, readDefinition } from "./kind-resolver.ts";
import { LedgerClient } from "./ledger-client.ts";
import { NamespaceMember } from "./namespace-member.ts";
import { NamespaceState } from "./namespace-state.ts";
import { ServedRequests } from "./served-requests.ts";
import { clusterStore, placeOf, type ClusterStoreFace } from "./stubs.ts";
import { Waiters } from "./waiters.ts";
import { watchStream, type WatchAnswer } from "./watch-stream.ts";

export class NamespaceStore extends DurableObject<Env> implements NamespaceStoreRpc, NamespaceMemberRpc {
  readonly #place = placeOf(this.ctx.id);
  readonly #waiters = new Waiters();
  readonly #kinds = new KindResolver((name) => readDefinition(this.#cluster, name));
  readonly #served = new ServedRequests();
  readonly #ledger = new LedgerClient(
    this.#place.namespace,
    () => this.#cluster,
    () => this.#stored().held(),
  );
  #joining: Promise<NamespaceMember | null> | null = null;
  #state: NamespaceState | null = null;
  #parts: NamespaceMember | null = null;

  async mutate(sent: Mutation, body?: string): Promise<Answer> {
    const mutation = putInBody(sent, body);
    const member = await this.#member();
    if (member === null) return this.#refuse(mutation);
    const found = this.#kinds.resolve(mutation);
    const target = found instanceof Promise ? await found : found;
    if (target === undefined) return { ok: false, status: unknownPath() };
    return member.loop.submit({ kind: "mutation", target, mutation, grants: null });
  }

  async get(
    resource: ResourceKey,
    namespace: string,
    name: string,
    definition?: DefinitionReference,
  ): Promise<Result<string>> {
    const member = await this.#member();
    const kind = await this.#kinds.resolve({ resource, ...(definition === undefined ? {} : { definition }) });
    if (kind === undefined) return refuse(unknownPath());
    if (member === null) return refuse(notFound({ group: kind.group, resource: kind.plural }, name));
    return readObject(member.state, kind, namespace, name);
  }

  async list(query: ListQuery): Promise<Result<ListPage>> {
    const member = await this.#member();
    if (member === null) return this.#cluster.list(query);
    await this.#catchUp(member, query.resourceVersion);
    const kind = await this.#kinds.resolve(query);
    return kind === undefined ? refuse(unknownPath()) : readList(member.state, kind, query);
  }

  async watch(query: WatchQuery): Promise<WatchAnswer> {
    const kind = await this.#kinds.resolve(query);
    if (kind === undefined) return { ok: false, status: unknownPath() };
    const member = await this.#member();
    // A watch on a namespace that does not exist yet is legal: it waits in ClusterStore, which sees every namespace.
    if (member === null) return this.#cluster.watch(query);
    await this.#catchUp(member, query.resourceVersion);
    const bookmark = (): string => bookmarkLine(kind, member.state.head(), false);
    return watchStream(query, (sink) => openWatch(member.state, kind, query, sink), bookmark);
  }

  async tableChanges(since: number, waitMilliseconds: number): Promise<NamespaceTableDelta> {
    const member = await this.#member();
    if (member === null) {
      // Who knows already that there is nothing may wait for something.
      if (since === 0) await this.#waiters.until(() => this.#joining !== null, waitMilliseconds);
      return { revision: 0, full: true, upserted: [], removed: [] };
    }
    const { table } = member.state;
    await this.#waiters.until(() => table.hasChangesSince(since), waitMilliseconds);
    return table.changesSince(since);
  }

  async register(service: string, registration: Registration): Promise<Result<Registered>> {
    const member = await this.#member();
    return member === null ? this.#noNamespace() : member.registrar.register(service, registration);
  }

  async deregister(service: string, id: string | null): Promise<Result<null>> {
    const member = await this.#member();
    return member === null ? this.#noNamespace() : member.registrar.deregister(service, id);
  }

  async registrations(service: string): Promise<Result<readonly LeaseBody[]>> {
    const member = await this.#member();
    return member === null ? this.#noNamespace() : member.registrar.list(service);
  }

  async served(lines: readonly ServedLine[]): Promise<void> {
    const member = await this.#member();
    if (member === null) return;
    this.#served.take(lines, member.state.view);
  }

  async servedBy(uid: string, container: string, after: number, waitMilliseconds: number): Promise<ServedPage> {
    return this.#served.after(uid, container, after, waitMilliseconds);
  }

  async start(): Promise<void> {
    await this.#member();
  }

  async clusterChanged(cluster: ClusterInfo): Promise<void> {
    await (await this.#member())?.clusterChanged(cluster);
  }

  async settle(first: number, after: number, upTo: number): Promise<Settled | null> {
    // Not asked as a member: a namespace that has gone still knows what it wrote.
    if (this.#parts?.loop.abandon(first) === false) return null;
    const [versions = [], ...more] = partsOf(this.#stored().versions.changes(after, upTo));
    return { versions, more: more.length > 0 };
  }

  async report(): Promise<void> {
    this.#ledger.flush();
  }

  async purge(force: boolean): Promise<NamespaceContent> {
    const member = await this.#member();
    if (member === null) return { resources: new Map(), finalizers: new Map() };
    await member.loop.submit({ kind: "purge", force });
    const content = member.state.content();
    // The namespace goes, and takes its pod addresses along: should it come again, it joins anew.
    if (content.resources.size === 0) this.#joining = null;
    return content;
  }

  async clear(resource: ResourceKey, revision: number): Promise<number> {
    const member = await this.#member();
    if (member === null) return 0;
    // From now on the definition is known to be on its way out.
    await this.#kinds.resolve({ resource, definition: { version: "", revision } });
    const left = (): number => [...member.state.view.list(resource)].length;
    if (left() > 0) await member.loop.submit({ kind: "clear", resource });
    return left();
  }

  override async alarm(): Promise<void> {
    await (await this.#member())?.alarm();
  }

  get #cluster(): ClusterStoreFace {
    return clusterStore(this.env, this.#place.cluster);
  }

  /** Null while the namespace does not exist; asked again then, because it may be created. */
  #member(): Promise<NamespaceMember | null> {
    this.#joining ??= this.#join().then(
      (member) => {
        if (member === null) this.#joining = null;
        return member;
      },
      (error: unknown) => {
        this.#joining = null;
        throw error;
      },
    );
    return this.#joining;
  }

  async #join(): Promise<NamespaceMember | null> {
    const { namespace } = this.#place;
    const cluster = this.#cluster;
    const membership = await cluster.join(namespace);
    if (membership === null) return null;
    const state = this.#stored();
    // It is about to go; controllers would only fill it again.
    if (membership.isTerminating && state.content().resources.size === 0) return null;
    await cluster.hold(namespace, state.held());
    const member = (this.#parts ??= this.#createMember(state));
    await member.join(membership);
    return member;
  }

  #createMember(state: NamespaceState): NamespaceMember {
    return new NamespaceMember({
      ctx: this.ctx,
      env: this.env,
      place: this.#place,
      state,
      ledger: this.#ledger,
      kinds: this.#kinds,
      committed: (changes) => {
        this.#waiters.wake();
        this.#served.committed(changes);
      },
    });
  }

  /** Watchers hold on to the state of a namespace that has gone, and see it come again. */
  #stored(): NamespaceState {
    return (this.#state ??= new NamespaceState(this.ctx.storage, this.#place.namespace));
  }

  #noNamespace(): Extract<Answer, { ok: false }> {
    return { ok: false, status: notFound({ group: "", resource: "namespaces" }, this.#place.namespace) };
  }

  /** There is no such namespace, or it is going and has nothing in it. */
  async #refuse({ verb }: Mutation): Promise<Answer> {
    const { status } = this.#noNamespace();
    if (verb !== "create") return { ok: false, status };
    const asked = { ...EMPTY_EXCHANGE, creates: true };
    const answer = await this.#cluster.exchange(this.#place.namespace, asked);
    return answer.ok ? { ok: false, status } : answer;
  }

  /** A revision that this namespace has not reached may still be the cluster's. */
  async #catchUp({ state, loop }: NamespaceMember, resourceVersion: string | undefined): Promise<void> {
    const asked = parseRevision(resourceVersion);
    if (!asked.ok || asked.value === null || asked.value <= state.head()) return;
    await loop.submit({ kind: "sync" });
  }
}

/** What a namespace says to the ledger when calls fail, overlap, or carry a lot. */
import { expect, test } from "vitest";
import { LedgerClient } from "../../durable-objects/ledger-client.ts";
import type { ReserveOrder } from "../../shared/storage/ledger-rpc.ts";
import type {
  ExchangeAnswer,
  ExchangeRequest,
  HeldAllocation,
  LedgerRpc,
  PodBlockGrant,
} from "../../shared/storage/ledger-rpc.ts";
import type { Version } from "../../shared/storage/version-store.ts";

const NOTHING = { orders: [], revisions: 0, creates: false };
const OK: ExchangeAnswer = { ok: true, grants: [], first: 1 };
const ORDER: ReserveOrder = {
  owner: "shop/web",
  dryRun: false,
  requests: [{ kind: "ClusterIP", family: "IPv4", address: null, field: "spec.clusterIPs[0]" }],
};

const version = (revision: number, size = 2): Version => ({
  revision,
  resource: "configmaps",
  namespace: "shop",
  name: "a",
  type: "MODIFIED",
  object: "x".repeat(size),
  previous: revision - 1,
});

const CLUSTER = {
  clusterDomain: "cluster.local",
  nodes: [],
  customKinds: new Map(),
  apiServer: { address: "127.0.0.1", port: 6443 },
  kubernetesServiceIP: "10.96.0.1",
  ingressClasses: new Map([["wherry", "wherry.internal/ingress-controller"]]),
  ingressAddress: "127.0.0.1",
};

/** A ledger whose answers the test gives. */
class FakeLedger implements LedgerRpc {
  readonly log: string[] = [];
  readonly heard: ExchangeRequest[] = [];
  answer: (request: ExchangeRequest) => Promise<ExchangeAnswer> = () => Promise.resolve(OK);

  join = (): Promise<null> => Promise.resolve(null);
  addPodBlock = (): Promise<PodBlockGrant> => Promise.resolve({ block: null, cluster: CLUSTER });

  hold(_namespace: string, held: readonly HeldAllocation[]): Promise<void> {
    this.log.push(`hold ${held.length}`);
    return Promise.resolve();
  }

  async exchange(_namespace: string, request: ExchangeRequest): Promise<ExchangeAnswer> {
    this.log.push(`exchange ${request.orders.length}`);
    const answer = await this.answer(request);
    this.heard.push(request);
    return answer;
  }

  get closed(): number[] {
    return this.heard.flatMap(({ closing }) => closing.map(({ first }) => first));
  }
}

const clientOf = (ledger: FakeLedger): LedgerClient =>
  new LedgerClient(
    "shop",
    () => ledger,
    () => [],
  );

test("what ended first is heard first, although the call that said it fails while another is made", async () => {
  const ledger = new FakeLedger();
  const client = clientOf(ledger);
  let fail = (): void => undefined;
  ledger.answer = () =>
    new Promise((_, reject) => {
      fail = () => {
        ledger.answer = () => Promise.resolve(OK);
        reject(new Error("gone"));
      };
    });
  const first = client.close({ first: 5, versions: [version(5)] }, []);
  client.flush();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = client.close({ first: 6, versions: [version(6)] }, []);
  const exchanged = client.exchange(NOTHING);
  fail();
  await Promise.all([first, second, exchanged]);
  expect(ledger.closed).toEqual([5, 6]);
});

test("after an order whose answer was lost, what is really held is said before anything more is ordered", async () => {
  const ledger = new FakeLedger();
  const client = clientOf(ledger);
  ledger.answer = () => {
    ledger.answer = () => Promise.resolve(OK);
    return Promise.reject(new Error("gone"));
  };
  await client.exchange({ ...NOTHING, orders: [ORDER] });
  await client.exchange({ ...NOTHING, orders: [ORDER] });
  expect(ledger.log).toEqual(["exchange 1", "hold 0", "exchange 1", "exchange 1"]);
});

test("transactions that are more than one call carries are said in parts, in order, and closed by the last", async () => {
  const ledger = new FakeLedger();
  const client = clientOf(ledger);
  const versions = Array.from({ length: 20 }, (_, i) => version(10 + i, 1_000_000));
  const done = [
    client.close({ first: 10, versions }, []),
    client.close({ first: 30, versions: [version(30)] }, [{ kind: "ClusterIP", value: "10.96.0.9" }]),
  ];
  await client.exchange(NOTHING);
  await Promise.all(done);
  const closings = ledger.heard.flatMap(({ closing }) => closing);
  expect(closings.flatMap((c) => c.versions.map(({ revision }) => revision))).toEqual(
    [...versions, version(30)].map(({ revision }) => revision),
  );
  expect(closings.map(({ first, more }) => `${first}${more === true ? "…" : ""}`)).toEqual([
    "10…",
    "10…",
    "10…",
    "10…",
    "10",
    "30",
  ]);
  // An address is free for others only once everybody has heard who gave it up.
  expect(ledger.heard.map(({ released }) => released.length)).toEqual([0, 0, 0, 0, 0, 1]);
});

test.each([
  {
    name: "the end of a transaction rides on the next exchange, when there is one soon",
    released: 0,
    next: true,
    calls: 1,
  },
  {
    name: "the end of a transaction is said by itself, when nothing else is asked for",
    released: 0,
    next: false,
    calls: 1,
  },
  { name: "what was given up is said at once, because its client waits", released: 1, next: true, calls: 2 },
])("$name", async ({ released, next, calls }) => {
  const ledger = new FakeLedger();
  const client = clientOf(ledger);
  const heard = client.close(
    { first: 5, versions: [version(5)] },
    released === 0 ? [] : [{ kind: "ClusterIP", value: "10.96.0.9" }],
  );
  client.pause();
  if (next) await client.exchange(NOTHING);
  await heard;
  expect(ledger.heard).toHaveLength(calls);
  expect(ledger.closed).toEqual([5]);
});

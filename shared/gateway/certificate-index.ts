/** Which certificate answers for a server name, as Ingresses and Secrets come and go. */
import type { Secret } from "../api/core-v1/secret.ts";
import type { Ingress } from "../api/networking-v1/ingress.ts";
import { keyPairOf, type KeyPair } from "./certificates.ts";

export interface CertificateLookup {
  /** Whether an Ingress is this controller's. */
  readonly isOurs: (ingress: Ingress) => boolean;
  readonly secretOf: (namespace: string, name: string) => Secret | undefined;
}

/** Kept by host: neither a change nor a question looks at more than the Ingresses of one. */
export class CertificateIndex {
  /** Lower-case host → its Ingresses, the oldest first. */
  readonly #byHost = new Map<string, readonly Ingress[]>();
  /** A Secret is decoded and checked once; a changed one is another object. */
  readonly #pairs = new WeakMap<Secret, KeyPair | null>();

  /** Takes what an Ingress was out, and what it is in. */
  replace(before: Ingress | undefined, after: Ingress | undefined): void {
    const left = before === undefined ? undefined : keyOf(before);
    for (const host of before === undefined ? [] : hostsOf(before)) {
      const others = (this.#byHost.get(host) ?? []).filter((one) => keyOf(one) !== left);
      if (others.length === 0) this.#byHost.delete(host);
      else this.#byHost.set(host, others);
    }
    if (after === undefined) return;
    for (const host of hostsOf(after)) {
      const all = [...(this.#byHost.get(host) ?? []), after];
      this.#byHost.set(host, all.length === 1 ? all : all.sort((a, b) => (ageOf(a) < ageOf(b) ? -1 : 1)));
    }
  }

  clear(): void {
    this.#byHost.clear();
  }

  /**
   * The certificate for a server name: exact, then wildcard of one label; of two Ingresses that name a host the older counts, and broken
   * Secrets do not. Null: the default one answers.
   */
  find(serverName: string, lookup: CertificateLookup): KeyPair | null {
    const name = serverName.toLowerCase().replace(/\.$/, "");
    return this.#forHost(name, lookup) ?? this.#forHost(`*${name.slice(name.indexOf("."))}`, lookup);
  }

  #forHost(host: string, { isOurs, secretOf }: CertificateLookup): KeyPair | null {
    for (const ingress of this.#byHost.get(host) ?? []) {
      if (!isOurs(ingress)) continue;
      for (const { secretName, names } of entriesOf(ingress)) {
        const secret = names.includes(host) ? secretOf(ingress.metadata.namespace ?? "", secretName) : undefined;
        const pair = secret === undefined ? null : this.#pairOf(secret);
        if (pair !== null) return pair;
      }
    }
    return null;
  }

  #pairOf(secret: Secret): KeyPair | null {
    const known = this.#pairs.get(secret);
    if (known !== undefined) return known;
    const checked = keyPairOf(secret);
    const pair = checked?.ok === true ? checked.value : null;
    this.#pairs.set(secret, pair);
    return pair;
  }
}

interface Entry {
  readonly secretName: string;
  /** In lower case. */
  readonly names: readonly string[];
}

/** The entries that name a Secret; one without hosts is for all hosts of the rules. */
function entriesOf({ spec }: Ingress): readonly Entry[] {
  return (spec.tls ?? []).flatMap(({ hosts = [], secretName = "" }) => {
    const names = hosts.length > 0 ? hosts : (spec.rules ?? []).map(({ host = "" }) => host);
    return secretName === "" ? [] : [{ secretName, names: names.map((name) => name.toLowerCase()) }];
  });
}

const hostsOf = (ingress: Ingress): ReadonlySet<string> => new Set(entriesOf(ingress).flatMap(({ names }) => names));

const keyOf = ({ metadata }: Ingress): string => `${metadata.namespace}/${metadata.name}`;

const ageOf = (ingress: Ingress): string => `${ingress.metadata.creationTimestamp ?? ""} ${keyOf(ingress)}`;

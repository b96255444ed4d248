/** The ConfigMap that holds the Corefile, and what is in it until somebody edits it. */

export const COREFILE_CONFIG_MAP = { namespace: "kube-system", name: "coredns", key: "Corefile" } as const;

/** As kubeadm ships it, but with CoreDNS' own TTL of 5 seconds instead of 30: what changes is seen soon. */
export function defaultCorefile(clusterDomain: string): string {
  return `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 5
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success ${clusterDomain}
       disable denial ${clusterDomain}
    }
    loop
    reload
    loadbalance
}
`;
}

/** What `--external-zone` adds to the Corefile: the zone as CoreDNS' _k8s_external_ has it when nothing more is said. */
export function externalServerBlock(zone: string, clusterDomain: string): string {
  return `${zone}:53 {
    errors
    loadbalance
    k8s_external ${zone}
    kubernetes ${clusterDomain}
}
`;
}

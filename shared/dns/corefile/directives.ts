/**
 * Every plugin that CoreDNS 1.14 is built with, in the order in which a query passes through them (`plugin.cfg`): the
 * order in the Corefile means nothing.
 */
export const DIRECTIVES: readonly string[] =
  `root metadata geoip cancel proxyproto quic grpc_server https https3 timeouts multisocket reload nsid bufsize bind
  debug trace ready health pprof shed prometheus errors log dnstap local dns64 any chaos loadbalance tsig rewrite autopath
  acl cache header dnssec tls minimal template transfer hosts route53 azure clouddns k8s_external kubernetes file auto
  secondary etcd loop forward grpc erratic whoami on sign view nomad`.split(/\s+/);

import { describe, expect, test } from "vitest";
import { helpText, parseCommand, type UpOptions } from "../../../local/options.ts";

function up(...args: string[]): UpOptions {
  const command = parseCommand(["up", ...args]);
  if (command.kind !== "up") throw new Error(JSON.stringify(command));
  return command.options;
}

const DEFAULTS: UpOptions = {
  api: { host: "127.0.0.1", port: 6443 },
  apiTls: null,
  dns: { host: "127.0.0.1", port: 8053 },
  dnsUdp: { host: "127.0.0.1", port: 1053 },
  proxy: { host: "127.0.0.1", port: 8080 },
  ingress: { host: "127.0.0.1", port: 8088 },
  ingressTls: { host: "127.0.0.1", port: 8443 },
  dnsTls: { host: "127.0.0.1", port: 8853 },
  yielding: ["ingress-tls", "dns-tls"],
  dataDir: ".wherry",
  kubeconfig: ".wherry/kubeconfig",
  readyFile: null,
  serviceClusterIpRange: "10.96.0.0/12",
  podCidr: "10.244.0.0/16",
  clusterDomain: "cluster.local",
  nodes: "1",
  zones: "",
  externalZone: "",
  images: [],
  workers: [],
};

test("every flag has a default", () => {
  expect(up()).toEqual(DEFAULTS);
});

test.each<[string, string[], Partial<UpOptions>]>([
  ["a flag and its value may be two words", ["--api", ":7000"], { api: { host: "127.0.0.1", port: 7000 } }],
  [
    "the API speaks TLS beside where that is asked for",
    ["--api-tls", "0.0.0.0:6444"],
    { apiTls: { host: "0.0.0.0", port: 6444 } },
  ],
  ["or one", ["--api=localhost:0"], { api: { host: "localhost", port: 0 } }],
  ["the kubeconfig follows the data directory", ["--data-dir", "d"], { dataDir: "d", kubeconfig: "d/kubeconfig" }],
  ["unless it is named", ["--data-dir", "d", "--kubeconfig", "k"], { dataDir: "d", kubeconfig: "k" }],
  ["ephemeral keeps no data", ["--ephemeral"], { dataDir: null }],
  [
    "images add up",
    ["--image", "a=http://h:1", "--image", "b=https://h/x"],
    { images: ["a=http://h:1", "b=https://h/x"] },
  ],
  ["a URL may hold another =", ["--image", "a=http://h/b=c"], { images: ["a=http://h/b=c"] }],
  ["workers add up", ["--worker", "A=a.js", "--worker", "B=b=.js"], { workers: ["A=a.js", "B=b=.js"] }],
  ["an image may have a registry with a port", ["--image", "r:5000/a:1=http://h"], { images: ["r:5000/a:1=http://h"] }],
  [
    "two families of ClusterIPs",
    ["--service-cluster-ip-range", "10.0.0.0/16,fd00::/108"],
    { serviceClusterIpRange: "10.0.0.0/16,fd00::/108" },
  ],
  ["two pod CIDRs", ["--pod-cidr", "10.1.0.0/16,fd01::/64"], { podCidr: "10.1.0.0/16,fd01::/64" }],
  ["another domain", ["--cluster-domain", "mesh.test"], { clusterDomain: "mesh.test" }],
  ["nodes in zones", ["--nodes", "3", "--zones", "a,b"], { nodes: "3", zones: "a,b" }],
  ["a ready file", ["--ready-file", "/tmp/r"], { readyFile: "/tmp/r" }],
  [
    "a TLS socket that is given an address insists on it",
    ["--dns-tls", "127.0.0.1:9853"],
    { dnsTls: { host: "127.0.0.1", port: 9853 }, yielding: ["ingress-tls"] },
  ],
  [
    "a free port for a plain socket means one for its TLS socket",
    ["--dns", "127.0.0.1:0"],
    { dns: { host: "127.0.0.1", port: 0 }, dnsTls: { host: "127.0.0.1", port: 0 } },
  ],
  [
    "unless that one is given",
    ["--ingress", ":0", "--ingress-tls", ":9443"],
    {
      ingress: { host: "127.0.0.1", port: 0 },
      ingressTls: { host: "127.0.0.1", port: 9443 },
      yielding: ["dns-tls"],
    },
  ],
  ["an external zone", ["--external-zone", "example.test"], { externalZone: "example.test" }],
])("%s", (_name, args, expected) => {
  expect(up(...args)).toEqual({ ...DEFAULTS, ...expected });
});

test.each([
  ["no command", [], "wherry up"],
  ["another command", ["down"], '"down"'],
  ["a word too many", ["up", "now"], '"now"'],
  ["an unknown flag", ["up", "--apii", "x"], "--apii"],
  ["a name that every object has", ["up", "--__proto__", "x"], "__proto__"],
  ["a missing value", ["up", "--api"], "--api"],
  ["an empty value", ["up", "--data-dir", ""], "--data-dir"],
  ["TLS for the API at no address", ["up", "--api-tls", "nowhere"], "--api-tls takes HOST:PORT"],
  ["TLS beside an API that speaks it already", ["up", "--api", "0.0.0.0:1", "--api-tls", ":2"], "leave --api-tls out"],
  ["a flag given twice", ["up", "--api", ":1", "--api", ":2"], "--api is given 2 times"],
  ["a port too high", ["up", "--proxy", "127.0.0.1:70000"], "--proxy"],
  ["no port", ["up", "--dns", "127.0.0.1"], "--dns"],
  ["keeping data and not keeping it", ["up", "--ephemeral", "--data-dir", "d"], "choose one"],
  ["an image without URL", ["up", "--image", "web"], "IMAGE=URL"],
  ["an image with an odd URL", ["up", "--image", "web=ftp://h"], "http://"],
  ["a URL without image", ["up", "--image", "=http://h"], "IMAGE=URL"],
  ["two rules for one image", ["up", "--image", "a=http://h", "--image", "a=http://i"], "has a rule already"],
  ["two rules in one flag", ["up", "--image", "a=http://h\nb=http://i"], "one NAME=URL"],
  ["a Worker without a file", ["up", "--worker", "FRONTEND"], "--worker takes NAME=FILE"],
  ["a Worker whose name no variable could have", ["up", "--worker", "front-end=w.js"], "--worker takes NAME=FILE"],
  ["a Worker with a name of Wherry's own", ["up", "--worker", "MESH=w.js"], "--worker MESH: Wherry has a binding"],
  ["two Workers of one name", ["up", "--worker", "A=w.js", "--worker", "A=v.js"], "--worker A is given twice"],
  ["a range that is no CIDR", ["up", "--service-cluster-ip-range", "10.0.0.0"], "--service-cluster-ip-range"],
  ["two ranges of one family", ["up", "--service-cluster-ip-range", "10.0.0.0/16,10.1.0.0/16"], "one of IPv6"],
  ["no nodes", ["up", "--nodes", "0"], "--nodes takes a number from 1 to 250"],
  ["nodes that are no number", ["up", "--nodes", "three"], "--nodes takes a number"],
  ["a zone without a name", ["up", "--zones", "a,,b"], "--zones takes names"],
  ["a zone that is no label", ["up", "--zones", "a b"], "--zones takes names"],
  ["a pod range that is no CIDR", ["up", "--pod-cidr", "10.0.0.0/33"], "--pod-cidr"],
  ["an external zone that is no name", ["up", "--external-zone", "a_b"], "--external-zone"],
  ["an external zone inside the cluster's", ["up", "--external-zone", "x.cluster.local"], "must lie apart"],
  ["an external zone around the cluster's", ["up", "--external-zone", "local"], "must lie apart"],
  ["a domain that is no name", ["up", "--cluster-domain", "Ünï"], "--cluster-domain"],
])("%s is refused with words that say what", (_name, args, words) => {
  const command = parseCommand(args);
  expect(command.kind).toBe("misused");
  expect(command).toHaveProperty("message", expect.stringContaining(words));
});

describe("help", () => {
  test.each([[["--help"]], [["up", "-h"]], [["up", "--help", "--api", "nonsense"]]])("%j asks for it", (args) => {
    expect(parseCommand(args)).toEqual({ kind: "help" });
  });

  test("names every flag that can be given", () => {
    for (const flag of [
      "api",
      "dns",
      "dns-udp",
      "proxy",
      "ingress",
      "data-dir",
      "ephemeral",
      "kubeconfig",
      "ready-file",
    ]) {
      expect(helpText()).toContain(`--${flag} `);
    }
  });

  test("fits a terminal of 120 columns", () => {
    for (const line of helpText().split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  });
});

test("--version asks for the version", () => {
  expect(parseCommand(["--version"])).toEqual({ kind: "version" });
});

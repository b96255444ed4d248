/**
 * `npm run bench [-- --services N] [--rounds N] [--seconds N] [--only start|api|pods|router|freshness|dns|ingress|probes|registration|rollouts]`: the promises of the design, as ratios within one run.
 * Machines differ and are shared: what is compared runs alternately, in short rounds, and each figure is the mean of the
 * best third of its rounds, because whatever else the machine does can only make a round worse.
 */
import { parseArgs } from "node:util";
import { startBackend, startBaseline } from "./baseline.ts";
import { benchApi } from "./api.ts";
import { benchPods } from "./pods.ts";
import { benchIngress } from "./ingress.ts";
import { benchProbes } from "./probes.ts";
import { benchRegistration } from "./registration.ts";
import { benchRollouts } from "./rollouts.ts";
import { benchDns } from "./dns.ts";
import { benchRouter } from "./router.ts";
import { benchRouterFreshness } from "./router-freshness.ts";
import { createMeasure } from "./measure.ts";
import { print } from "./report.ts";
import { benchStart } from "./start.ts";
import { seed, startWherry } from "./wherry.ts";

const { values } = parseArgs({
  options: {
    services: { type: "string", default: "1000" },
    endpoints: { type: "string", default: "10" },
    rounds: { type: "string", default: "12" },
    seconds: { type: "string", default: "0.8" },
    only: {
      type: "string",
      multiple: true,
      default: ["start", "api", "pods", "router", "freshness", "dns", "ingress", "probes", "registration", "rollouts"],
    },
  },
});
const SERVICES = Number(values.services);
const ENDPOINTS = Number(values.endpoints);
const ROUNDS = Number(values.rounds);
const SECONDS = Number(values.seconds);
const FEW = 10;
/** A second cluster in the same process, so that nothing but the number of Services differs. */
const FEW_CLUSTER = "few";

const measure = createMeasure({ rounds: ROUNDS, seconds: SECONDS });

async function benchDataPlane(): Promise<void> {
  const backend = await startBackend();
  const baseline = await startBaseline(backend.url);
  const wherry = await startWherry(null);
  print(`Seeding ${SERVICES} Services, and as many EndpointSlices of ${ENDPOINTS} endpoints…`);
  await seed(`${wherry.addresses.api}/clusters/${FEW_CLUSTER}`, FEW, ENDPOINTS, backend.url);
  const took = await seed(wherry.addresses.api, SERVICES, ENDPOINTS, backend.url);
  print(`  ${((2000 * SERVICES) / took).toFixed(0)} creates/s over 16 connections`);
  print();
  if (values.only.includes("router")) {
    const few = { cluster: FEW_CLUSTER, services: FEW };
    await benchRouter(baseline, wherry, { measure, services: SERVICES, few });
  }
  if (values.only.includes("dns")) await benchDns(baseline, wherry, { measure, services: SERVICES });
  await Promise.all([wherry.stop(), baseline.stop()]);
  backend.stop();
}

/** Behind the ingress there are other objects: a process of its own. */
async function benchOutside(): Promise<void> {
  const backend = await startBackend();
  const baseline = await startBaseline(backend.url);
  const wherry = await startWherry(null);
  await benchIngress(baseline, wherry, backend.url, measure);
  await Promise.all([wherry.stop(), baseline.stop()]);
  backend.stop();
}

const began = performance.now();
if (values.only.includes("start")) await benchStart();
if (values.only.includes("api")) await benchApi();
if (values.only.includes("pods")) await benchPods();
if (values.only.includes("probes")) await benchProbes();
if (values.only.includes("registration")) await benchRegistration();
if (values.only.includes("rollouts")) await benchRollouts();
if (values.only.some((part) => part === "router" || part === "dns")) await benchDataPlane();
if (values.only.includes("freshness")) await benchRouterFreshness();
if (values.only.includes("ingress")) await benchOutside();
print(`Done in ${((performance.now() - began) / 1000).toFixed(0)} s`);

/**
 * `npm run bench`: the promises of the design, as ratios within one run. `npm run bench -- --help` says what can be chosen.
 * Machines differ and are shared: what is compared runs alternately, in short rounds, and each figure is the mean of the
 * best third of its rounds, because whatever else the machine does can only make a round worse.
 */
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
import { benchHelp, parseBench, type BenchOptions } from "./options.ts";
import { seed, startWherry } from "./wherry.ts";

const options = optionsOf(process.argv.slice(2));
const { services: SERVICES, endpoints: ENDPOINTS } = options;
const FEW = 10;
/** A second cluster in the same process, so that nothing but the number of Services differs. */
const FEW_CLUSTER = "few";

const measure = createMeasure({ rounds: options.rounds, seconds: options.seconds });

/** Ends the process where there is nothing to measure. */
function optionsOf(args: readonly string[]): BenchOptions {
  const command = parseBench(args);
  switch (command.kind) {
    case "run":
      return command.options;
    case "help":
      process.stdout.write(benchHelp());
      return process.exit(0);
    case "misused":
      process.stderr.write(`bench: ${command.message}\nSee: npm run bench -- --help\n`);
      return process.exit(2);
    default:
      return command satisfies never;
  }
}

async function benchDataPlane(): Promise<void> {
  const backend = await startBackend();
  const baseline = await startBaseline(backend.url);
  const wherry = await startWherry(null);
  print(`Seeding ${SERVICES} Services, and as many EndpointSlices of ${ENDPOINTS} endpoints…`);
  await seed(`${wherry.addresses.api}/clusters/${FEW_CLUSTER}`, FEW, ENDPOINTS, backend.url);
  const took = await seed(wherry.addresses.api, SERVICES, ENDPOINTS, backend.url);
  print(`  ${((2000 * SERVICES) / took).toFixed(0)} creates/s over 16 connections`);
  print();
  if (options.only.has("router")) {
    const few = { cluster: FEW_CLUSTER, services: FEW };
    await benchRouter(baseline, wherry, { measure, services: SERVICES, few });
  }
  if (options.only.has("dns")) await benchDns(baseline, wherry, { measure, services: SERVICES });
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
if (options.only.has("start")) await benchStart();
if (options.only.has("api")) await benchApi();
if (options.only.has("pods")) await benchPods();
if (options.only.has("probes")) await benchProbes();
if (options.only.has("registration")) await benchRegistration();
if (options.only.has("rollouts")) await benchRollouts();
if (options.only.has("router") || options.only.has("dns")) await benchDataPlane();
if (options.only.has("freshness")) await benchRouterFreshness();
if (options.only.has("ingress")) await benchOutside();
print(`Done in ${((performance.now() - began) / 1000).toFixed(0)} s`);

/** Outlier detection in the router: counts what comes back, and shares it with other isolates off the path of requests. */
import { endpointHealth } from "../../durable-objects/stubs.ts";
import { outlierKey, type Ejections } from "../../shared/proxy/outlier-detection.ts";
import { OutlierWatch } from "../../shared/proxy/outlier-watch.ts";
import type { Forward } from "../../shared/proxy/verdict.ts";
import type { Env } from "../env.ts";

/** More Services than are watched at a time in any cluster; the one that was watched first is forgotten first. */
const MAX_WATCHED = 10_000;

const watches = new Map<string, OutlierWatch>();

/** The request's own view of what is watched. */
export interface OutlierContext {
  readonly env: Env;
  readonly ctx: Pick<ExecutionContext, "waitUntil">;
  readonly cluster: string;
}

const pick = (n: number): number => Math.floor(Math.random() * n);

function watchOf({ cluster }: OutlierContext, { service }: Forward): OutlierWatch {
  // The uid: a Service that is made anew starts without a record.
  const name = `${cluster}/${service.namespace}/${service.name}/${service.uid}`;
  let watch = watches.get(name);
  if (watch === undefined) {
    if (watches.size >= MAX_WATCHED) watches.delete(watches.keys().next().value ?? name);
    watches.set(name, (watch = new OutlierWatch()));
  }
  return watch;
}

/** The forward, by way of an endpoint that is not ejected. Costs a look at one field where outliers are not looked for. */
export function avoidOutliers(context: OutlierContext, forward: Forward): Forward {
  if (forward.service.detectsOutliers !== true) return forward;
  const now = Date.now();
  const watch = watchOf(context, forward);
  if (watch.isDue(now)) share(context, forward, watch, (health) => health.current());
  return watch.avoid(forward, now, pick);
}

/** What came of it. No response counts as a failure. */
export function countOutcome(context: OutlierContext, forward: Forward, status: number | null): void {
  if (forward.service.detectsOutliers !== true) return;
  const watch = watchOf(context, forward);
  const key = outlierKey(forward.endpoint);
  if (!watch.count(key, status === null || status >= 500)) return;
  share(context, forward, watch, (health) => health.report(key, forward.port.endpoints.length));
}

/** Asks after the response. A store that does not answer changes nothing: every isolate still has what it knew. */
function share(
  { env, ctx, cluster }: OutlierContext,
  { service }: Forward,
  watch: OutlierWatch,
  ask: (health: ReturnType<typeof endpointHealth>) => Promise<Ejections>,
): void {
  const health = endpointHealth(env, `${cluster}/${service.namespace}/${service.name}`);
  ctx.waitUntil(
    ask(health).then(
      (ejections) => watch.learn(ejections),
      (error: unknown) => console.error("outliers could not be shared", error),
    ),
  );
}

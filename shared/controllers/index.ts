/** All controllers, those that others depend on first (see `run.ts` for what the order does). */
import type { Controller } from "./controller.ts";
import { deployment } from "./deployment/deployment.ts";
import { endpointSliceMirroring } from "./endpoint-slice-mirroring.ts";
import { dnsConfiguration } from "./dns-configuration.ts";
import { endpointSlice } from "./endpoint-slice.ts";
import { endpointHealth } from "./endpoint-health.ts";
import { endpointsController } from "./endpoints.ts";
import { eventExpiry } from "./events.ts";
import { garbageCollector } from "./garbage-collector.ts";
import { ingressController } from "./ingress.ts";
import { kubelet } from "./kubelet/kubelet.ts";
import { kubernetesService } from "./kubernetes-service.ts";
import { nodeEvents } from "./node-events.ts";
import { nodeLease } from "./node-lease.ts";
import { registrationController } from "./registration.ts";
import { nodeEviction } from "./node-eviction.ts";
import { replicaSet } from "./replica-set.ts";
import { rootCA } from "./root-ca.ts";
import { statefulSet } from "./stateful-set/stateful-set.ts";
import { volumeBinder } from "./volume-binder.ts";
import { serviceAccount } from "./service-account.ts";

/** Those that go by the cluster's nodes and classes: they look at everything again when one has changed. */
export const clusterControllers: readonly Controller[] = [
  nodeLease,
  nodeEvents,
  nodeEviction,
  kubelet,
  endpointSlice,
  ingressController,
];

export const controllers: readonly Controller[] = [
  // Before the ServiceAccount, by whose absence it knows that the namespace is new.
  dnsConfiguration,
  serviceAccount,
  rootCA,
  nodeLease,
  nodeEvents,
  kubernetesService,
  // Pods settle first, then the sets that count them, then the Deployments that count those.
  volumeBinder,
  nodeEviction,
  kubelet,
  replicaSet,
  deployment,
  statefulSet,
  garbageCollector,
  endpointSlice,
  endpointsController,
  // After the Endpoints that it mirrors.
  endpointSliceMirroring,
  ingressController,
  registrationController,
  // After those who keep the slices that it looks at.
  endpointHealth,
  eventExpiry,
];

/** Where requests land, by way in and by the state of endpoints: asked of the pure function, and of real sockets. */

export type EndpointState = "ready" | "unready" | "terminating" | "dying";

/** Of endpoint 1, which is on node-1, where everything comes from or to, and of endpoint 2, on node-2; null: there is none. */
export const STATES = {
  "both are ready": ["ready", "ready"],
  "only the remote one is ready": ["unready", "ready"],
  "the local one terminates": ["terminating", "ready"],
  "the remote one terminates": ["ready", "terminating"],
  "both terminate": ["terminating", "terminating"],
  "the local one is gone, the remote one terminates": ["dying", "terminating"],
  "none is usable": ["unready", "dying"],
  "there is none": [null, null],
} satisfies Record<string, readonly [EndpointState | null, EndpointState | null]>;

/** Lands, one a state in the order above: 1 and 2 are the endpoints, R is rejected, D dropped. */
export const EXPECTED = {
  "ClusterIP, internal policy Cluster": "12 2 2 1 12 2 R R",
  "ClusterIP, internal policy Local": "1 D 1 1 1 D R R",
  "name, internal policy Local": "1 D 1 1 1 D R R",
  "NodePort of node-1, external policy Cluster": "12 2 2 1 12 2 R R",
  "NodePort of node-1, external policy Local": "1 D 1 1 1 D R R",
  "NodePort, external policy Local, from a Pod": "12 2 2 1 12 2 R R",
  "load balancer, external policy Cluster": "12 2 2 1 12 2 R R",
  // It hands packets to nodes with a ready endpoint; where no node passes its check, to any.
  "load balancer, external policy Local": "12 2 2 1 12 2D R R",
  "load balancer, external policy Local, from a Pod": "12 2 2 1 12 2 R R",
  "external IP, external policy Local": "12 2 2 1 12 2D R R",
} as const;

export type Way = keyof typeof EXPECTED;

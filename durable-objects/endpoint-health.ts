/**
 * Which endpoints of one Service are ejected: what the isolates that route to it have found, together. Named
 * `<cluster>/<namespace>/<service>`. Small, JSON, and harmless to lose, so it is written with itty-durable.
 */
import { createDurable } from "itty-durable/itty-durable.js";
import { eject, remembered, type Ejections } from "../shared/proxy/outlier-detection.ts";
import { host } from "./host.ts";

/** The methods as callers see them; arguments travel as JSON in a header, so they stay short. */
export interface EndpointHealthRpc {
  /** An isolate saw this endpoint fail five times in a row. `total`: how many endpoints the Service has. */
  report(endpoint: string, total: number): Promise<Ejections>;
  /** What is ejected, and what is not forgiven yet. */
  current(): Promise<Ejections>;
}

export class EndpointHealth extends createDurable({ autoPersist: true }) {
  /** Kept by itty-durable, as every plain property is. */
  ejections: Ejections = {};

  report(endpoint: string, total: number): Ejections {
    return (this.ejections = eject(this.ejections, endpoint, total, host.now()));
  }

  current(): Ejections {
    return (this.ejections = remembered(this.ejections, host.now()));
  }
}

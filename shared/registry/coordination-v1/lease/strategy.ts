import type { Lease } from "../../../api/coordination-v1/lease.ts";
import { strategy } from "../../strategy.ts";
import { validateLease } from "./validation.ts";

export const leaseStrategy = strategy<Lease>({ validate: validateLease });

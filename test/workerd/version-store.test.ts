import { env, runInDurableObject } from "cloudflare:test";
import type { Env } from "../../workers/env.ts";
import { runVersionStoreSuite } from "../suites/version-store-suite.ts";

const { NAMESPACE_STORE } = env as unknown as Env;
let opened = 0;

runVersionStoreSuite("a Durable Object's SQLite", async (run) => {
  const stub = NAMESPACE_STORE.get(NAMESPACE_STORE.idFromName(`nowhere/suite-${opened++}`));
  // The store of a namespace that does not exist keeps nothing, so its database is the suite's.
  await runInDurableObject(stub, (_instance, state) => run(state.storage.sql));
});

import { nodeSqlite } from "../../suites/node-sqlite.ts";
import { runVersionStoreSuite } from "../../suites/version-store-suite.ts";

runVersionStoreSuite("Node's SQLite", async (run) => run(nodeSqlite()));

import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "core",
          include: ["test/{unit,golden,presubmit}/**/*.test.ts"],
          environment: "node",
          // For a machine that has other things to do: random tests go through thousands of cases.
          testTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                WHERRY_LOCAL: "true",
                REVISION_SEEDS: process.env["REVISION_SEEDS"] ?? "1,2,3",
                EVICTION_SEEDS: process.env["EVICTION_SEEDS"] ?? "1,2,3",
              },
            },
          }),
        ],
        test: { name: "workerd", include: ["test/workerd/**/*.test.ts"], testTimeout: 30_000 },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

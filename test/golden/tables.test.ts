/** Tables as kubectl prints them: `tables/<scenario>.in.yaml` holds the objects, `.out.yaml` the cells. */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { KubeObject } from "../../shared/api/meta-v1/object.ts";
import { kindByResource } from "../../shared/registry/index.ts";
import type { ResourceKey } from "../../shared/registry/resource-kind.ts";
import { toTable } from "../../shared/registry/table.ts";

interface Scenario {
  readonly resource: ResourceKey;
  /** RFC 3339: the time that ages count to. */
  readonly now: string;
  readonly objects: readonly KubeObject[];
}

const folder = new URL("./tables/", import.meta.url);
const scenarios = readdirSync(folder).filter((file) => file.endsWith(".in.yaml"));

test.each(scenarios.map((file) => [basename(file, ".in.yaml"), file]))("%s", async (_, file) => {
  const { resource, now, objects } = parse(readFileSync(new URL(file, folder), "utf8")) as Scenario;
  const kind = kindByResource(resource) ?? expect.fail(`no resource ${resource}`);
  const options = { now: Date.parse(now), includeObject: "None", metadata: {}, withColumns: true } as const;
  const { columnDefinitions = [], rows } = toTable(kind, objects, options);
  const cells = rows.map((row) => Object.fromEntries(columnDefinitions.map(({ name }, i) => [name, row.cells[i]])));
  const conditions = rows.flatMap((row) => row.conditions ?? []);
  const out = {
    columns: columnDefinitions.map(({ name, type, priority }) =>
      priority > 0 ? `${name} (${type}, wide)` : `${name} (${type})`,
    ),
    rows: cells,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
  await expect(stringify(out, { lineWidth: 0 })).toMatchFileSnapshot(
    new URL(file.replace(".in.", ".out."), folder).pathname,
  );
});

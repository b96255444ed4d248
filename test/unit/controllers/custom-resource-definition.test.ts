import { expect, test } from "vitest";
import type { CustomResourceDefinition } from "../../../shared/api/apiextensions-v1/custom-resource-definition.ts";
import { customResourceDefinitions } from "../../../shared/controllers/custom-resource-definition.ts";
import { CUSTOM_RESOURCE_DEFINITIONS } from "../../../shared/registry/resource-keys.ts";
import { definition } from "../registry/apiextensions-v1/definition-fixture.ts";
import { createHarness, type Harness } from "./harness.ts";

const stored = ({ view }: Harness, name: string): CustomResourceDefinition =>
  (view.get(CUSTOM_RESOURCE_DEFINITIONS, name) ?? expect.fail(`no ${name}`)) as CustomResourceDefinition;
const put = (name: string, own: object) =>
  ({
    kind: "put",
    resource: CUSTOM_RESOURCE_DEFINITIONS,
    object: { ...definition(own as Record<string, unknown>), metadata: { name } } as never,
  }) as const;

const cronTab = put("crontabs.stable.example.com", {
  names: { plural: "crontabs", singular: "crontab", kind: "CronTab", listKind: "CronTabList", shortNames: ["ct"] },
});
const other = (names: object) =>
  put("others.stable.example.com", {
    names: { plural: "others", singular: "other", kind: "Other", listKind: "OtherList", ...names },
  });

const conditionsOf = (object: CustomResourceDefinition): readonly string[] =>
  (object.status?.conditions ?? []).map(
    ({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`,
  );

const open = () => createHarness({ controllers: [customResourceDefinitions], namespace: "" });

test("a definition gets its names and is established in the transaction that creates it", () => {
  const cluster = open();
  cluster.write(cronTab);
  const object = stored(cluster, "crontabs.stable.example.com");
  expect(object.status?.acceptedNames).toEqual(object.spec.names);
  expect(conditionsOf(object)).toEqual([
    "NamesAccepted=True NoConflicts: no conflicts found",
    "Established=True InitialNamesAccepted: the initial names have been accepted",
  ]);
});

test.each([
  ["kind", { kind: "CronTab", listKind: "XList" }, 'KindConflict: "CronTab" is already in use'],
  ["list kind", { listKind: "CronTabList" }, 'ListKindConflict: "CronTabList" is already in use'],
  ["singular", { singular: "crontab" }, 'SingularConflict: "crontab" is already in use'],
  ["short name", { shortNames: ["ct", "o"] }, 'ShortNamesConflict: "ct" is already in use'],
  [
    "short name that is another's plural",
    { shortNames: ["crontabs"] },
    'ShortNamesConflict: "crontabs" is already in use',
  ],
])("one that wants another's %s is not established until that is free", (_, names, why) => {
  const cluster = open();
  cluster.write(cronTab);
  cluster.write(other(names));
  expect(conditionsOf(stored(cluster, "others.stable.example.com"))).toEqual([
    `NamesAccepted=False ${why}`,
    "Established=False NotAccepted: not all names are accepted",
  ]);
  cluster.write({ kind: "remove", resource: CUSTOM_RESOURCE_DEFINITIONS, name: "crontabs.stable.example.com" });
  expect(conditionsOf(stored(cluster, "others.stable.example.com"))).toContain(
    "Established=True InitialNamesAccepted: the initial names have been accepted",
  );
});

test("names of another group are no conflict", () => {
  const cluster = open();
  cluster.write(cronTab);
  const { names } = (cronTab.object as unknown as CustomResourceDefinition).spec;
  cluster.write(put("crontabs.other.example.com", { group: "other.example.com", names }));
  expect(conditionsOf(stored(cluster, "crontabs.other.example.com"))[1]).toContain("Established=True");
});

test("who has a name keeps it when another asks for it later", () => {
  const cluster = open();
  cluster.write(cronTab);
  cluster.write(other({}));
  const before = stored(cluster, "others.stable.example.com");
  const names = { ...before.spec.names, shortNames: ["ct"] };
  cluster.write({
    kind: "put",
    resource: CUSTOM_RESOURCE_DEFINITIONS,
    object: { ...before, spec: { ...before.spec, names } } as never,
  });
  const object = stored(cluster, "others.stable.example.com");
  expect(conditionsOf(object)).toEqual([
    'NamesAccepted=False ShortNamesConflict: "ct" is already in use',
    "Established=True InitialNamesAccepted: the initial names have been accepted",
  ]);
  expect(object.status?.acceptedNames?.shortNames).toBeUndefined();
});

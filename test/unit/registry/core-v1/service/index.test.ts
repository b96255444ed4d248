import { describe, expect, test } from "vitest";
import { serviceKind } from "../../../../../shared/registry/core-v1/service/index.ts";
import { prepared, spec, stored } from "./service-fixture.ts";

const LABEL =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

describe("the name of a Service", () => {
  test.each([
    ["is a label", "web", []],
    ["may have digits and hyphens inside", "a1-b2", []],
    ["has 63 letters at most", "a".repeat(63), []],
    ["has no more", "a".repeat(64), ["must be no more than 63 bytes"]],
    ["does not start with a digit", "1web", [LABEL]],
    ["does not end in a hyphen", "web-", [LABEL]],
    ["has no dots", "web.shop", [LABEL]],
    ["has no capitals", "Web", [LABEL]],
    ["has ASCII letters", "wéb", [LABEL]],
    ["is not empty", "", [LABEL]],
  ])("%s", (_, name, expected) => expect(serviceKind.validateName(name)).toEqual(expected));
});

test("a field selector finds Services by address and by type", () => {
  const object = stored(spec("type: NodePort, ports: [80]"));
  const selectable = serviceKind.selectableFields ?? {};
  expect(Object.entries(selectable).map(([field, read]) => [field, read(object)])).toEqual([
    ["spec.clusterIP", "10.96.0.17"],
    ["spec.type", "NodePort"],
  ]);
  expect(selectable["spec.clusterIP"]?.(prepared(spec("type: ExternalName, externalName: a.b")))).toBe("");
});

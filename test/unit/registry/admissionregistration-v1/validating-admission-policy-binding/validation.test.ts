import { describe, expect, test } from "vitest";
import { create } from "../../kind-fixture.ts";

const RESOURCE = "validatingadmissionpolicybindings.admissionregistration.k8s.io";

type Json = Readonly<Record<string, unknown>>;

const errorsOf = (own: Json): readonly string[] =>
  create(RESOURCE, { spec: { policyName: "limits", validationActions: ["Deny"], ...own } }).errors;

test("a binding may name parameters and requests", () => {
  const paramRef = { name: "limits", namespace: "shop", parameterNotFoundAction: "Deny" };
  expect(errorsOf({ paramRef, matchResources: { namespaceSelector: { matchLabels: { tier: "prod" } } } })).toEqual([]);
});

describe("a binding is refused", () => {
  test.each<[string, Json, readonly string[]]>([
    ["without a policy", { policyName: "" }, ["spec.policyName: Required value"]],
    [
      "without an action",
      { validationActions: [] },
      ["spec.validationActions: Required value: at least one validation action is required"],
    ],
    [
      "that denies and warns",
      { validationActions: ["Deny", "Warn"] },
      [
        'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ],
    ],
    [
      "with an action that is none",
      { validationActions: ["Drop"] },
      ['spec.validationActions[0]: Unsupported value: "Drop": supported values: "Audit", "Deny", "Warn"'],
    ],
    [
      "whose parameters have no name",
      { paramRef: { parameterNotFoundAction: "Allow" } },
      ["spec.paramRef: Required value: one of name or selector must be specified"],
    ],
    [
      "that does not say what happens without parameters",
      { paramRef: { name: "a" } },
      ["spec.paramRef.parameterNotFoundAction: Required value"],
    ],
    [
      "whose parameters are named and chosen",
      { paramRef: { name: "a", selector: {}, parameterNotFoundAction: "Allow" } },
      [
        "spec.paramRef.name: Forbidden: name and selector are mutually exclusive",
        "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive",
      ],
    ],
  ])("%s", (_name, own, errors) => {
    expect(errorsOf(own)).toEqual(errors);
  });
});

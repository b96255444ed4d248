import { describe, expect, test } from "vitest";
import type { JSONSchemaProps, ValidationRule } from "../../../../../shared/api/apiextensions-v1/json-schema-props.ts";
import { create } from "../../kind-fixture.ts";
import { withSchema } from "../definition-fixture.ts";

const RESOURCE = "customresourcedefinitions.apiextensions.k8s.io";
const SCHEMA = "spec.versions[0].schema.openAPIV3Schema";

/** What is said of a rule at `spec`, with the schema's path left out. */
function errorsOf(rule: ValidationRule, spec: JSONSchemaProps = SPEC): readonly string[] {
  return errorsIn({ type: "object", properties: { spec: { ...spec, "x-kubernetes-validations": [rule] } } });
}

const errorsIn = (schema: JSONSchemaProps): readonly string[] =>
  create(RESOURCE, withSchema(schema)).errors.map((error) => error.replace(`${SCHEMA}.`, ""));

const SPEC: JSONSchemaProps = {
  type: "object",
  properties: { replicas: { type: "integer" }, names: { type: "array", items: { type: "string" } } },
};
const AT = "properties[spec].x-kubernetes-validations[0]";
const shown = (rule: string, own: object = {}): string =>
  JSON.stringify({
    Rule: rule,
    Message: "",
    MessageExpression: "",
    Reason: null,
    FieldPath: "",
    OptionalOldSelf: null,
    ...own,
  });

describe("a rule is refused that", () => {
  test.each<[string, ValidationRule, string]>([
    [
      "names a field that there is not",
      { rule: "self.replica > 0" },
      `${AT}.rule: Invalid value: ${shown("self.replica > 0")}: compilation failed: ERROR: <input>:1:5: undefined field 'replica'\n | self.replica > 0\n | ....^`,
    ],
    [
      "is no truth",
      { rule: "self.replicas" },
      `${AT}.rule: Invalid value: ${shown("self.replicas")}: cel expression must evaluate to a bool`,
    ],
    [
      "has a message that is no text",
      { rule: "true", messageExpression: "1" },
      `${AT}.messageExpression: Invalid value: ${shown("true", { MessageExpression: "1" })}: messageExpression must evaluate to a string`,
    ],
    [
      "points to a field that there is not",
      { rule: "true", fieldPath: ".replica" },
      `${AT}.fieldPath: Invalid value: ".replica": must be a valid path`,
    ],
    [
      "takes the past for optional and does not look at it",
      { rule: "true", optionalOldSelf: true },
      `${AT}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
    ],
  ])("%s", (_name, rule, error) => {
    expect(errorsOf(rule)).toEqual([error]);
  });

  test("speaks of the past of an element that nothing in the past corresponds to", () => {
    const items: JSONSchemaProps = { type: "string", "x-kubernetes-validations": [{ rule: "self == oldSelf" }] };
    const names: JSONSchemaProps = { type: "array", items };
    const schema: JSONSchemaProps = { type: "object", properties: { spec: { type: "object", properties: { names } } } };
    const at = "properties[spec].properties[names]";
    expect(errorsIn(schema)).toEqual([
      `${at}.items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${SCHEMA}.${at}`,
    ]);
    const keyed = {
      ...names,
      items: { ...items, type: "object", properties: { k: { type: "string" } }, required: ["k"] },
    };
    const map = { ...keyed, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"] };
    expect(errorsIn({ ...schema, properties: { spec: { type: "object", properties: { names: map } } } })).toEqual([]);
  });
});

test.each<[string, ValidationRule]>([
  ["the root's name", { rule: "self.replicas > 0", fieldPath: ".replicas" }],
  ["a list", { rule: "self.names.all(n, n.matches('^[a-z]+$'))", messageExpression: "'%d'.format([self.replicas])" }],
  ["the past", { rule: "!oldSelf.hasValue() || self == oldSelf.value()", optionalOldSelf: true }],
])("a rule may look at %s", (_name, rule) => {
  expect(errorsOf(rule)).toEqual([]);
});

test("the root of a resource has its name, and nothing else of its metadata", () => {
  const at = (rule: string): JSONSchemaProps => ({ type: "object", "x-kubernetes-validations": [{ rule }] });
  expect(errorsIn(at("self.metadata.name.size() < 10 && self.kind == 'CronTab'"))).toEqual([]);
  expect(errorsIn(at("has(self.metadata.labels)"))).toEqual([expect.stringContaining("undefined field 'labels'")]);
});

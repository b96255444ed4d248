import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { kindByGVK } from "../../../shared/registry/index.ts";
import { bodySchemas, decodeProtobufBody } from "../../../shared/registry/protobuf-body.ts";
import { bytes, envelope, integer, message, text } from "../apimachinery/protobuf/encode.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/protobuf");

interface Typed {
  readonly apiVersion: string;
  readonly kind: string;
}

const recorded = readdirSync(FIXTURES)
  .filter((file) => file.endsWith(".bin"))
  .map((file) => {
    const name = file.slice(0, -".bin".length);
    const json = JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), "utf8")) as Typed;
    return { name, bytes: new Uint8Array(readFileSync(join(FIXTURES, file))), json };
  });

function isKnown({ apiVersion, kind }: Typed): boolean {
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  return bodySchemas.has(`${apiVersion}/${kind}`) || kindByGVK(group, version, kind) !== undefined;
}

describe("what a real client sent is the JSON of the same object:", () => {
  test.each(recorded.filter(({ json }) => isKnown(json)))("$name", ({ bytes, json }) => {
    expect(decodeProtobufBody(bytes)).toEqual({ kind: "object", value: json });
  });

  test.each(recorded.filter(({ json }) => !isKnown(json)))(
    "$name is of a kind that is not served",
    ({ bytes, json }) => {
      const refusal = `no kind "${json.kind}" is registered for version "${json.apiVersion}"`;
      expect(decodeProtobufBody(bytes)).toEqual({ kind: "refused", refusal });
    },
  );
});

describe("a body", () => {
  const cases: readonly (readonly [name: string, input: Uint8Array, result: unknown])[] = [
    [
      "DeleteOptions stand in every group",
      envelope(
        "apps/v1",
        "DeleteOptions",
        integer(1, 0),
        message(2, text(1, "u")),
        text(4, "Foreground"),
        text(5, "All"),
      ),
      {
        kind: "object",
        value: {
          apiVersion: "apps/v1",
          kind: "DeleteOptions",
          gracePeriodSeconds: 0,
          preconditions: { uid: "u" },
          propagationPolicy: "Foreground",
          dryRun: ["All"],
        },
      },
    ],
    [
      "a Scale",
      envelope(
        "autoscaling/v1",
        "Scale",
        message(1, text(1, "web")),
        message(2, integer(1, 3)),
        message(3, integer(1, 0)),
      ),
      {
        kind: "object",
        value: {
          apiVersion: "autoscaling/v1",
          kind: "Scale",
          metadata: { name: "web" },
          spec: { replicas: 3 },
          status: { replicas: 0 },
        },
      },
    ],
    [
      "a kind that nobody knows",
      envelope("v9", "Nonesuch"),
      { kind: "refused", refusal: 'no kind "Nonesuch" is registered for version "v9"' },
    ],
    [
      "a known kind of another group",
      envelope("apps/v1", "Service"),
      { kind: "refused", refusal: 'no kind "Service" is registered for version "apps/v1"' },
    ],
    [
      "a name of an object's machinery for a kind",
      envelope("__proto__", "constructor"),
      { kind: "refused", refusal: 'no kind "constructor" is registered for version "__proto__"' },
    ],
    ["no kind", envelope("v1", ""), { kind: "unrecognized", problem: "Object 'Kind' is missing" }],
    ["no version", envelope("", "Pod"), { kind: "unrecognized", problem: "Object 'apiVersion' is missing" }],
    [
      "JSON under the name of protobuf",
      new TextEncoder().encode("{}"),
      {
        kind: "unrecognized",
        problem: "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
      },
    ],
    [
      "a message of another type than it says",
      envelope("apps/v1", "Deployment", message(2, text(1, "three"))),
      {
        kind: "refused",
        refusal:
          'Deployment in version "v1" cannot be handled as a Deployment: spec.replicas: proto: wrong wireType = 2',
      },
    ],
    [
      "a message that breaks off",
      envelope("v1", "Service", message(1, text(1, "web")).slice(0, 3)),
      {
        kind: "refused",
        refusal: 'Service in version "v1" cannot be handled as a Service: metadata: unexpected EOF',
      },
    ],
    [
      "an envelope that breaks off",
      bytes([0x6b, 0x38, 0x73, 0, 0x0a]),
      { kind: "unrecognized", problem: "unexpected EOF" },
    ],
  ];
  test.each(cases)("%s", (_name, input, result) => {
    expect(decodeProtobufBody(input)).toEqual(result);
  });
});

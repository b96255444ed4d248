import { expect, describe, test } from "vitest";
import {
  discoveryMediaType,
  mediaTypeOf,
  negotiate,
  negotiateDiscovery,
  type Sent,
} from "../../../shared/apimachinery/negotiation.ts";

const kubectlTable =
  "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
const metadataClient = (kind: string): string =>
  ["application/vnd.kubernetes.protobuf", "application/json"]
    .flatMap((type) => [`${type};as=${kind};g=meta.k8s.io;v=v1`])
    .concat("application/json")
    .join(",");

const plain = { kind: "object" };
const cases: readonly (readonly [string, string | null, Sent, object | null])[] = [
  ["no header takes anything", null, "object", plain],
  ["an empty header takes anything", " ", "list", plain],
  ["JSON", "application/json", "object", plain],
  ["JSON in capitals", "Application/JSON", "object", plain],
  ["JSON with a charset", "application/json; charset=utf-8", "object", plain],
  ["JSON or anything", "application/json, */*", "list", plain],
  ["anything", "*/*", "watch", plain],
  ["any application type", "application/*", "object", plain],
  ["protobuf with JSON behind it", "application/vnd.kubernetes.protobuf,application/json", "object", plain],
  ["protobuf with anything behind it", "application/vnd.kubernetes.protobuf, */*", "object", plain],
  ["CBOR preferred to JSON", "application/json;q=0.9,application/cbor;q=1", "object", plain],
  ["a watch stream", "application/json;stream=watch", "watch", plain],
  ["pretty JSON", "application/json;pretty=1", "object", plain],
  [
    "a quoted parameter",
    'application/json;as="Table";v="v1";g="meta.k8s.io"',
    "list",
    { kind: "table", version: "v1" },
  ],
  ["kubectl get", kubectlTable, "list", { kind: "table", version: "v1" }],
  ["kubectl get -w", kubectlTable, "watch", { kind: "table", version: "v1" }],
  ["kubectl get of one object", kubectlTable, "object", { kind: "table", version: "v1" }],
  [
    "a v1beta1 table",
    "application/json;as=Table;g=meta.k8s.io;v=v1beta1",
    "list",
    { kind: "table", version: "v1beta1" },
  ],
  [
    "an unknown table version is passed over",
    "application/json;as=Table;g=meta.k8s.io;v=v2,application/json",
    "list",
    plain,
  ],
  ["a table of another group is passed over", "application/json;as=Table;g=other;v=v1,application/json", "list", plain],
  ["a table without a version alone", "application/json;as=Table;g=meta.k8s.io", "list", null],
  ["a table in protobuf alone", "application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1", "list", null],
  ["metadata of one object", metadataClient("PartialObjectMetadata"), "object", { kind: "partial", version: "v1" }],
  ["metadata of a watch", metadataClient("PartialObjectMetadata"), "watch", { kind: "partial", version: "v1" }],
  ["metadata of a list", metadataClient("PartialObjectMetadataList"), "list", { kind: "partial", version: "v1" }],
  [
    "an object's metadata does not fit a list",
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
    "list",
    null,
  ],
  [
    "a list's metadata does not fit an object",
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
    "object",
    null,
  ],
  ["an unknown form alone", "application/json;as=Chair;g=meta.k8s.io;v=v1", "object", null],
  ["an unknown stream", "application/json;stream=events", "watch", null],
  ["quality decides", "application/json;as=Table;v=v1;g=meta.k8s.io;q=0.5,application/json", "list", plain],
  ["wildcards come last", "*/*,application/json;as=Table;v=v1;g=meta.k8s.io", "list", { kind: "table", version: "v1" }],
  ["quality 0 excludes", "application/json;q=0", "object", null],
  ["an unreadable quality excludes", "application/json;q=x", "object", null],
  ["only protobuf", "application/vnd.kubernetes.protobuf", "object", null],
  ["only YAML", "application/yaml", "object", null],
  ["a page", "text/html", "object", null],
  ["a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "object", plain],
  ["nonsense", "foo", "object", null],
  ["commas", ",,,", "object", null],
  ["prototype names", "__proto__/constructor;toString=1", "object", null],
];

describe("Accept", () => {
  test.each(cases)("%s", (_name, accept, sent, representation) => {
    expect(negotiate(accept, sent)).toEqual(representation);
  });

  test("a header of a million clauses is cut short", () => {
    const started = performance.now();
    expect(negotiate("text/plain,".repeat(1_000_000), "object")).toBeNull();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

const aggregated = (version: string): string =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;

describe("Accept of discovery", () => {
  test.each([
    ["kubectl asks for both", `${aggregated("v2")},${aggregated("v2beta1")},application/json`, "v2"],
    ["v2beta1 alone", aggregated("v2beta1"), "v2beta1"],
    ["a controller's profile", `${aggregated("v2")};profile=nopeer,application/json`, "v2"],
    ["an unknown version with JSON behind it", `${aggregated("v9")},application/json`, "legacy"],
    ["an unknown version alone", aggregated("v9"), null],
    ["JSON", "application/json, */*", "legacy"],
    ["no header", null, "legacy"],
    ["protobuf alone", "application/vnd.kubernetes.protobuf", null],
  ])("%s", (_name, accept, form) => {
    expect(negotiateDiscovery(accept)).toBe(form);
  });

  test("the media types are those that clients compare", () => {
    expect(discoveryMediaType("v2")).toBe("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  });
});

test.each([
  ["absent", null, ""],
  ["plain", "application/json", "application/json"],
  ["with parameters and capitals", " Application/JSON ; charset=utf-8", "application/json"],
])("a media type that is %s", (_name, header, type) => {
  expect(mediaTypeOf(header)).toBe(type);
});

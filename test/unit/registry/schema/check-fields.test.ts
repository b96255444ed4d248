import { describe, expect, test } from "vitest";
import { deploymentSchema } from "../../../../shared/registry/apps-v1/deployment/schema.ts";
import { eventSchema } from "../../../../shared/registry/core-v1/event/schema.ts";
import { podSchema } from "../../../../shared/registry/core-v1/pod/schema.ts";
import { secretSchema } from "../../../../shared/registry/core-v1/secret/schema.ts";
import { serviceSchema } from "../../../../shared/registry/core-v1/service/schema.ts";
import { endpointSliceSchema } from "../../../../shared/registry/discovery-v1/endpoint-slice/schema.ts";
import { checkFields } from "../../../../shared/registry/schema/check-fields.ts";
import type { ObjectSchema } from "../../../../shared/registry/schema/schema.ts";

const kinds = {
  Deployment: deploymentSchema,
  EndpointSlice: endpointSliceSchema,
  Event: eventSchema,
  Pod: podSchema,
  Secret: secretSchema,
  Service: serviceSchema,
} as const satisfies Readonly<Record<string, ObjectSchema>>;

type Kind = keyof typeof kinds;

const check = (kind: Kind, text: string) => checkFields(kinds[kind], JSON.parse(text) as unknown, kind);

describe("a value of a wrong type is refused in the words of Go's decoder", () => {
  const cases: readonly (readonly [kind: Kind, text: string, message: string])[] = [
    ["Service", `[]`, "json: cannot unmarshal array into Go value of type v1.Service"],
    ["Service", `"x"`, "json: cannot unmarshal string into Go value of type v1.Service"],
    [
      "Service",
      `{"spec":"x"}`,
      "json: cannot unmarshal string into Go struct field Service.spec of type v1.ServiceSpec",
    ],
    [
      "Service",
      `{"metadata":[]}`,
      "json: cannot unmarshal array into Go struct field Service.metadata of type v1.ObjectMeta",
    ],
    ["Service", `{"kind":1}`, "json: cannot unmarshal number into Go struct field Service.kind of type string"],
    [
      "Service",
      `{"spec":{"ports":[{"port":"80"}]}}`,
      "json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32",
    ],
    [
      "Service",
      `{"spec":{"ports":[{"port":80.5}]}}`,
      "json: cannot unmarshal number 80.5 into Go struct field ServicePort.spec.ports.port of type int32",
    ],
    [
      "Service",
      `{"spec":{"ports":[{"port":2147483648}]}}`,
      "json: cannot unmarshal number 2147483648 into Go struct field ServicePort.spec.ports.port of type int32",
    ],
    [
      "Service",
      `{"spec":{"ports":["http"]}}`,
      "json: cannot unmarshal string into Go struct field ServiceSpec.spec.ports of type v1.ServicePort",
    ],
    [
      "Service",
      `{"spec":{"ports":{}}}`,
      "json: cannot unmarshal object into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort",
    ],
    [
      "Service",
      `{"spec":{"ports":[{"protocol":6}]}}`,
      "json: cannot unmarshal number into Go struct field ServicePort.spec.ports.protocol of type v1.Protocol",
    ],
    [
      "Service",
      `{"spec":{"selector":["a"]}}`,
      "json: cannot unmarshal array into Go struct field ServiceSpec.spec.selector of type map[string]string",
    ],
    [
      "Service",
      `{"spec":{"selector":{"a":true}}}`,
      "json: cannot unmarshal bool into Go struct field ServiceSpec.spec.selector of type string",
    ],
    [
      "Service",
      `{"metadata":{"labels":{"a":1}}}`,
      "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
    ],
    [
      "Service",
      `{"metadata":{"uid":1}}`,
      "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.uid of type types.UID",
    ],
    [
      "Service",
      `{"spec":{"allocateLoadBalancerNodePorts":"yes"}}`,
      "json: cannot unmarshal string into Go struct field ServiceSpec.spec.allocateLoadBalancerNodePorts of type bool",
    ],
    ["Service", `{"spec":{"ports":[{"targetPort":true}]}}`, "json: cannot unmarshal bool into Go value of type int32"],
    [
      "Service",
      `{"spec":{"ports":[{"targetPort":1.5}]}}`,
      "json: cannot unmarshal number 1.5 into Go value of type int32",
    ],
    [
      "Service",
      `{"metadata":{"creationTimestamp":"yesterday"}}`,
      `parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"`,
    ],
    [
      "Service",
      `{"metadata":{"creationTimestamp":"2026-01-01"}}`,
      `parsing time "2026-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"`,
    ],
    [
      "Service",
      `{"metadata":{"creationTimestamp":"2026-01-01T24:00:00Z"}}`,
      `parsing time "2026-01-01T24:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse "24:00:00Z" as "15"`,
    ],
    [
      "Service",
      `{"metadata":{"creationTimestamp":"2026-02-31T00:00:00Z"}}`,
      `parsing time "2026-02-31T00:00:00Z": day out of range`,
    ],
    ["Service", `{"metadata":{"creationTimestamp":5}}`, "json: cannot unmarshal number into Go value of type string"],
    [
      "Deployment",
      `{"spec":{"replicas":"3"}}`,
      "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    ],
    [
      "Deployment",
      `{"spec":{"template":{"spec":{"containers":[{"image":["x"]}]}}}}`,
      "json: cannot unmarshal array into Go struct field Container.spec.template.spec.containers.image of type string",
    ],
    [
      "Deployment",
      `{"spec":{"template":{"spec":{"containers":[{"env":[{"name":"A","value":1}]}]}}}}`,
      "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string",
    ],
    [
      "Pod",
      `{"spec":{"containers":[{"resources":{"limits":{"cpu":"lots"}}}]}}`,
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    ["Pod", `{"spec":{"containers":[{"resources":{"limits":{"cpu":"1mm"}}}]}}`, "unable to parse quantity's suffix"],
    [
      "Pod",
      `{"spec":{"containers":[{"resources":{"limits":{"cpu":true}}}]}}`,
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      "Pod",
      `{"spec":{"terminationGracePeriodSeconds":1e30}}`,
      "json: cannot unmarshal number 1e+30 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64",
    ],
    ["Secret", `{"data":{"password":"not base64!"}}`, "illegal base64 data at input byte 3"],
    [
      "Secret",
      `{"data":{"password":7}}`,
      "json: cannot unmarshal number into Go struct field Secret.data of type []uint8",
    ],
  ];
  test.each(cases)("%s %s", (kind, text, message) => {
    expect(check(kind, text)).toEqual({ ok: false, message });
  });
});

describe("an unknown field is dropped and named with its path", () => {
  const cases: readonly (readonly [
    name: string,
    kind: Kind,
    text: string,
    value: unknown,
    unknown: readonly string[],
  ])[] = [
    ["at the root", "Service", `{"speck":{}}`, {}, [`unknown field "speck"`]],
    [
      "in a message",
      "Service",
      `{"spec":{"selectr":{"a":"b"},"type":"NodePort"}}`,
      { spec: { type: "NodePort" } },
      [`unknown field "spec.selectr"`],
    ],
    [
      "in a list, with its index",
      "Service",
      `{"spec":{"ports":[{"port":1},{"port":2,"prt":3}]}}`,
      { spec: { ports: [{ port: 1 }, { port: 2 }] } },
      [`unknown field "spec.ports[1].prt"`],
    ],
    ["case matters", "Service", `{"spec":{"clusterip":"None"}}`, { spec: {} }, [`unknown field "spec.clusterip"`]],
    [
      "all of them, in order",
      "Service",
      `{"spec":{"b":1,"a":2},"c":3}`,
      { spec: {} },
      [`unknown field "spec.b"`, `unknown field "spec.a"`, `unknown field "c"`],
    ],
    ["even when it is null", "Service", `{"speck":null}`, {}, [`unknown field "speck"`]],
    [
      "names of the prototype are no fields",
      "Service",
      `{"constructor":1,"__proto__":{"x":1},"toString":2}`,
      {},
      [`unknown field "constructor"`, `unknown field "__proto__"`, `unknown field "toString"`],
    ],
    [
      "deep in a pod",
      "Deployment",
      `{"spec":{"template":{"spec":{"containers":[{"name":"a","livenessProbe":{"httpGt":{}}}]}}}}`,
      { spec: { template: { spec: { containers: [{ name: "a", livenessProbe: {} }] } } } },
      [`unknown field "spec.template.spec.containers[0].livenessProbe.httpGt"`],
    ],
  ];
  test.each(cases)("%s", (_name, kind, text, value, unknown) => {
    expect(check(kind, text)).toEqual({ ok: true, value, unknown });
  });

  test("a hundred at most", () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, 1]));
    const checked = checkFields(serviceSchema, many, "Service");
    expect(checked.ok && checked.unknown.length).toBe(100);
  });
});

describe("a value is read as Go reads it", () => {
  const cases: readonly (readonly [name: string, kind: Kind, text: string, value: string])[] = [
    [
      "null is absence",
      "Service",
      `{"metadata":{"creationTimestamp":null,"labels":null},"spec":null}`,
      `{"metadata":{}}`,
    ],
    [
      "null in a list of messages is an empty message",
      "Service",
      `{"spec":{"ports":[null]}}`,
      `{"spec":{"ports":[{}]}}`,
    ],
    [
      "null in a map of strings is an empty string",
      "Service",
      `{"metadata":{"labels":{"a":null}}}`,
      `{"metadata":{"labels":{"a":""}}}`,
    ],
    ["an empty clusterIP is none", "Service", `{"spec":{"clusterIP":"","ports":[],"selector":{}}}`, `{"spec":{}}`],
    [
      "a zero nodePort is none",
      "Service",
      `{"spec":{"ports":[{"port":80,"nodePort":0}]}}`,
      `{"spec":{"ports":[{"port":80}]}}`,
    ],
    ["a required zero stays", "Service", `{"spec":{"ports":[{"port":0}]}}`, `{"spec":{"ports":[{"port":0}]}}`],
    ["a zero behind a pointer stays", "Deployment", `{"spec":{"replicas":0}}`, `{"spec":{"replicas":0}}`],
    [
      "false behind a pointer stays",
      "Service",
      `{"spec":{"allocateLoadBalancerNodePorts":false}}`,
      `{"spec":{"allocateLoadBalancerNodePorts":false}}`,
    ],
    ["false without a pointer goes", "Service", `{"spec":{"publishNotReadyAddresses":false}}`, `{"spec":{}}`],
    [
      "an empty string behind a pointer stays",
      "Service",
      `{"spec":{"internalTrafficPolicy":""}}`,
      `{"spec":{"internalTrafficPolicy":""}}`,
    ],
    [
      "an empty message stays",
      "Pod",
      `{"spec":{"containers":[],"volumes":[{"name":"v","emptyDir":{}}]}}`,
      `{"spec":{"containers":[],"volumes":[{"name":"v","emptyDir":{}}]}}`,
    ],
    [
      "empty ports of a slice stay",
      "EndpointSlice",
      `{"endpoints":[],"ports":[],"addressType":"IPv4"}`,
      `{"endpoints":[],"ports":[],"addressType":"IPv4"}`,
    ],
    [
      "a percentage and a number are both IntOrString",
      "Deployment",
      `{"spec":{"strategy":{"rollingUpdate":{"maxSurge":"50%","maxUnavailable":0}}}}`,
      `{"spec":{"strategy":{"rollingUpdate":{"maxSurge":"50%","maxUnavailable":0}}}}`,
    ],
    [
      "quantities are kept as written",
      "Pod",
      `{"spec":{"overhead":{"cpu":0.5,"memory":"1.5Gi","x":"1e3","y":"-.5m"}}}`,
      `{"spec":{"overhead":{"cpu":0.5,"memory":"1.5Gi","x":"1e3","y":"-.5m"}}}`,
    ],
    [
      "managed fields are any JSON",
      "Service",
      `{"metadata":{"managedFields":[{"fieldsV1":{"f:spec":{".":{}}}}]}}`,
      `{"metadata":{"managedFields":[{"fieldsV1":{"f:spec":{".":{}}}}]}}`,
    ],
    [
      "times become UTC in whole seconds",
      "Service",
      `{"metadata":{"creationTimestamp":"2026-01-01T01:30:00.9+01:00"}}`,
      `{"metadata":{"creationTimestamp":"2026-01-01T00:30:00Z"}}`,
    ],
    [
      "micro times keep six digits",
      "Event",
      `{"involvedObject":{},"metadata":{},"eventTime":"2026-01-01T00:00:00.12Z"}`,
      `{"involvedObject":{},"metadata":{},"eventTime":"2026-01-01T00:00:00.120000Z"}`,
    ],
    ["base64 may be broken into lines", "Secret", `{"data":{"a":"aGVs\\nbG8="}}`, `{"data":{"a":"aGVsbG8="}}`],
    [
      "__proto__ is an ordinary label",
      "Service",
      `{"metadata":{"labels":{"__proto__":"x"}}}`,
      `{"metadata":{"labels":{"__proto__":"x"}}}`,
    ],
  ];
  test.each(cases)("%s", (_name, kind, text, value) => {
    expect(check(kind, text)).toEqual({ ok: true, value: JSON.parse(value) as unknown, unknown: [] });
  });
});

const nested = (wrap: (value: unknown) => unknown): unknown => {
  let value: unknown = {};
  for (let i = 0; i < 1_000_000; i++) value = wrap(value);
  return value;
};

describe("hostile input", () => {
  test.each([
    ["objects", nested((value) => ({ spec: value }))],
    ["lists", nested((value) => [value])],
  ])("a million nested %s are refused", (_name, value) => {
    expect(checkFields(serviceSchema, value, "Service")).toEqual({ ok: false, message: "exceeded max depth" });
    const annotated = { metadata: { managedFields: [{ fieldsV1: value }] } };
    expect(checkFields(serviceSchema, annotated, "Service")).toEqual({ ok: false, message: "exceeded max depth" });
  });

  test("undefined is no object", () => {
    expect(checkFields(serviceSchema, undefined, "Service")).toEqual({
      ok: false,
      message: "json: cannot unmarshal null into Go value of type v1.Service",
    });
  });
});

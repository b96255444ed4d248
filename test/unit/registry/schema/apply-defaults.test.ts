import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../shared/apimachinery/json.ts";
import { deploymentSchema } from "../../../../shared/registry/apps-v1/deployment/schema.ts";
import { podSchema } from "../../../../shared/registry/core-v1/pod/schema.ts";
import { secretSchema } from "../../../../shared/registry/core-v1/secret/schema.ts";
import { serviceSchema } from "../../../../shared/registry/core-v1/service/schema.ts";
import { endpointSliceSchema } from "../../../../shared/registry/discovery-v1/endpoint-slice/schema.ts";
import { applyDefaults } from "../../../../shared/registry/schema/apply-defaults.ts";
import type { ObjectSchema } from "../../../../shared/registry/schema/schema.ts";

const podDefaults = {
  dnsPolicy: "ClusterFirst",
  restartPolicy: "Always",
  schedulerName: "default-scheduler",
  securityContext: {},
  terminationGracePeriodSeconds: 30,
};
const containerDefaults = {
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};

const cases: readonly (readonly [name: string, schema: ObjectSchema, value: JsonObject, expected: JsonObject])[] = [
  [
    "a Service without a spec",
    serviceSchema,
    { metadata: {} },
    { metadata: {}, spec: { type: "ClusterIP", sessionAffinity: "None" } },
  ],
  [
    "ports of a Service",
    serviceSchema,
    { spec: { type: "NodePort", sessionAffinity: "ClientIP", ports: [{ port: 80 }, { port: 53, protocol: "UDP" }] } },
    {
      spec: {
        type: "NodePort",
        sessionAffinity: "ClientIP",
        ports: [
          { port: 80, protocol: "TCP" },
          { port: 53, protocol: "UDP" },
        ],
      },
    },
  ],
  [
    "a Pod with a probe and a port",
    podSchema,
    {
      spec: {
        containers: [
          { name: "a", ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { port: 80 }, periodSeconds: 3 } },
        ],
      },
    },
    {
      spec: {
        ...podDefaults,
        containers: [
          {
            name: "a",
            ...containerDefaults,
            ports: [{ containerPort: 80, protocol: "TCP" }],
            readinessProbe: {
              httpGet: { port: 80, path: "/", scheme: "HTTP" },
              timeoutSeconds: 1,
              periodSeconds: 3,
              successThreshold: 1,
              failureThreshold: 3,
            },
          },
        ],
      },
    },
  ],
  [
    "an explicit zero is no absence",
    podSchema,
    { spec: { terminationGracePeriodSeconds: 0, containers: [] } },
    { spec: { ...podDefaults, terminationGracePeriodSeconds: 0, containers: [] } },
  ],
  [
    "volumes",
    podSchema,
    {
      spec: {
        containers: [],
        volumes: [
          { name: "s", secret: { secretName: "x" } },
          { name: "h", hostPath: { path: "/" } },
        ],
      },
    },
    {
      spec: {
        ...podDefaults,
        containers: [],
        volumes: [
          { name: "s", secret: { secretName: "x", defaultMode: 420 } },
          { name: "h", hostPath: { path: "/", type: "" } },
        ],
      },
    },
  ],
  [
    "a Deployment",
    deploymentSchema,
    { spec: { selector: {}, template: { spec: { containers: [{ name: "a" }] } } } },
    {
      spec: {
        selector: {},
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
        template: { spec: { ...podDefaults, containers: [{ name: "a", ...containerDefaults }] } },
      },
    },
  ],
  [
    "a Recreate strategy gets no rolling update",
    deploymentSchema,
    { spec: { selector: {}, replicas: 0, strategy: { type: "Recreate" }, template: { spec: { containers: [] } } } },
    {
      spec: {
        selector: {},
        replicas: 0,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: "Recreate" },
        template: { spec: { ...podDefaults, containers: [] } },
      },
    },
  ],
  ["a Secret is Opaque", secretSchema, { data: {} }, { data: {}, type: "Opaque" }],
  [
    "ports of a slice",
    endpointSliceSchema,
    { addressType: "IPv4", endpoints: [], ports: [{ port: 80 }] },
    { addressType: "IPv4", endpoints: [], ports: [{ name: "", port: 80, protocol: "TCP" }] },
  ],
];

describe("defaults", () => {
  test.each(cases)("%s", (_name, schema, value, expected) => {
    const before = JSON.stringify(value);
    const filled = applyDefaults(schema, value);
    expect(filled).toEqual(expected);
    expect(JSON.stringify(value), "the input is left alone").toBe(before);
    expect(applyDefaults(schema, filled), "a second time changes nothing, not even the reference").toBe(filled);
  });

  test("what is not declared stays, __proto__ included", () => {
    const value = JSON.parse(`{"metadata":{"labels":{"__proto__":"x"}},"spec":{}}`) as JsonObject;
    expect(JSON.stringify(applyDefaults(serviceSchema, value)["metadata"])).toBe(`{"labels":{"__proto__":"x"}}`);
  });
});

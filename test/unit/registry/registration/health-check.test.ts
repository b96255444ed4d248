import { describe, expect, test } from "vitest";
import type { Service } from "../../../../shared/api/core-v1/service.ts";
import { healthCheckOf } from "../../../../shared/registry/registration/health-check.ts";

const asked = (annotations?: Record<string, string>) =>
  healthCheckOf({ metadata: annotations === undefined ? {} : { annotations } } as Service);
const PATH = { "wherry.internal/health-check": "/healthz" };
const DEFAULTS = { path: "/healthz", periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3, successThreshold: 1 };

describe("a health check", () => {
  test.each<[string, Record<string, string> | undefined]>([
    ["no annotations", undefined],
    ["no annotation of it", { other: "/healthz" }],
    ["an empty one", { "wherry.internal/health-check": "" }],
    ["a whole URL", { "wherry.internal/health-check": "http://elsewhere/" }],
  ])("is not made for a Service with %s", (_, annotations) => expect(asked(annotations)).toBeNull());

  test("has the numbers of a readiness probe where the Service gives none", () => {
    expect(asked(PATH)).toEqual(DEFAULTS);
  });

  test("has the numbers that the Service gives, and the usual ones for what are none", () => {
    const given = (period: string, timeout: string) => ({
      ...PATH,
      "wherry.internal/health-check-period-seconds": period,
      "wherry.internal/health-check-timeout-seconds": timeout,
    });
    expect(asked(given("2", "5"))).toMatchObject({ periodSeconds: 2, timeoutSeconds: 5 });
    expect(asked(given("soon", "0"))).toMatchObject({ periodSeconds: 10, timeoutSeconds: 1 });
    expect(asked(given("-1", "1e9"))).toMatchObject({ periodSeconds: 10, timeoutSeconds: 1 });
  });
});

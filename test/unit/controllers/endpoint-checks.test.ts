import { describe, expect, test } from "vitest";
import { EndpointChecks, type CheckedService } from "../../../shared/controllers/endpoint-checks.ts";
import type { ProbeTally } from "../../../shared/controllers/kubelet/probe-beat.ts";
import type { CheckedEndpoint, HealthCheck } from "../../../shared/registry/registration/health-check.ts";

const CHECK: HealthCheck = {
  path: "/healthz",
  periodSeconds: 10,
  timeoutSeconds: 1,
  failureThreshold: 3,
  successThreshold: 1,
};
/** Some moment in the middle of a period. */
const NOW = 1_800_000_005_500;

const endpoint = (id: string, url = `http://${id}.example/base`): CheckedEndpoint => ({ id, url });
const outcome = (healthy: boolean) => ({ healthy, output: healthy ? null : "HTTP probe failed with statuscode: 503" });

const service = (ids: readonly string[], more: Partial<CheckedService> = {}): CheckedService => ({
  check: CHECK,
  endpoints: ids.map((id) => endpoint(id)),
  down: null,
  tallies: new Map(),
  ...more,
});

/** Runs all that are due; gives what was asked. */
function runDue(checks: EndpointChecks, now: number, healthy: boolean): readonly string[] {
  return checks.begin(now).map((check) => {
    check.beat.send(now);
    checks.end(check, outcome(healthy));
    return check.url + check.path;
  });
}

describe("checks of endpoints", () => {
  test("ask a new endpoint at once, and then every period", () => {
    const checks = new EndpointChecks();
    checks.follow("web", service(["a"]), NOW);
    expect(runDue(checks, NOW, true)).toEqual(["http://a.example/base/healthz"]);
    const next = checks.nextDue();
    expect(next).toBeGreaterThan(NOW);
    expect(next).toBeLessThanOrEqual(NOW + 10_000);
    expect(runDue(checks, next - 1, true)).toEqual([]);
    expect(runDue(checks, next, true)).toHaveLength(1);
    expect(checks.nextDue()).toBe(next + 10_000);
  });

  /** `+` succeeds, `-` fails; after each, `h` healthy or `s` sick. */
  test.each([
    ["--", "hh", "two failures are not enough"],
    ["---", "hhs", "the third takes it out"],
    ["--+--", "hhhhh", "a success between begins anew"],
    ["---+", "hhsh", "one success brings it back"],
    ["---+--", "hhshhh", "and then all begins anew"],
  ])("of %s give %s: %s", (results, expected) => {
    const checks = new EndpointChecks();
    checks.follow("web", service(["a"]), NOW);
    const states = results.split("").map((result) => {
      runDue(checks, checks.nextDue(), result === "+");
      return checks.failureOf("web", endpoint("a")) === null ? "h" : "s";
    });
    expect(states.join("")).toBe(expected);
  });

  test("go on counting in another life of the store", () => {
    let tallies = new Map<string, ProbeTally>();
    let down = new Set<string>();
    const states: boolean[] = [];
    let now = NOW;
    for (let i = 0; i < 4; i++) {
      const checks = new EndpointChecks();
      checks.follow("web", service(["a"], { tallies, down }), now);
      now = checks.nextDue();
      for (const check of checks.begin(now)) {
        const { tally } = checks.end(check, outcome(i === 3));
        tallies = new Map(tally === null ? [] : [[check.tallyKey, tally]]);
      }
      const healthy = checks.failureOf("web", endpoint("a")) === null;
      states.push(healthy);
      down = new Set(healthy ? [] : ["a"]);
    }
    expect(states).toEqual([true, true, false, true]);
  });

  test("believe an endpoint that registers at another URL", () => {
    const checks = new EndpointChecks();
    checks.follow("web", service(["a"]), NOW);
    for (let i = 0; i < 3; i++) runDue(checks, checks.nextDue(), false);
    expect(checks.failureOf("web", endpoint("a")) === null).toBe(false);
    const moved = endpoint("a", "http://new.example");
    expect(checks.failureOf("web", moved) === null).toBe(true);
    checks.follow("web", service([], { endpoints: [moved] }), NOW + 30_000);
    expect(checks.failureOf("web", moved) === null).toBe(true);
  });

  test("keep what they know when the Service asks for them in another way", () => {
    const checks = new EndpointChecks();
    checks.follow("web", service(["a"]), NOW);
    for (let i = 0; i < 3; i++) runDue(checks, checks.nextDue(), false);
    checks.follow("web", service(["a"], { check: { ...CHECK, path: "/live" } }), NOW + 30_000);
    expect(checks.failureOf("web", endpoint("a")) === null).toBe(false);
    expect(runDue(checks, NOW + 30_000, true)).toEqual(["http://a.example/base/live"]);
  });

  test("name those that they leave, and hear no more of them", () => {
    const checks = new EndpointChecks();
    checks.follow("web", service(["a", "b"]), NOW);
    const [first] = checks.begin(NOW);
    expect(checks.follow("web", service(["b"]), NOW).map(({ id }) => id)).toEqual(["a"]);
    expect(first === undefined || checks.isCurrent(first)).toBe(first?.id !== "a");
    expect(checks.follow("web", null, NOW).map(({ id }) => id)).toEqual(["b"]);
    expect(checks.nextDue()).toBe(Number.POSITIVE_INFINITY);
  });
});

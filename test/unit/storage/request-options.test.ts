import { describe, expect, test } from "vitest";
import type { Result } from "../../../shared/api/meta-v1/status.ts";
import { deleteOptions, listOptions, writeOptions } from "../../../shared/storage/request-options.ts";

const query = (text: string): URLSearchParams => new URLSearchParams(text);

/** The value, or `<code> <message>`. */
const outcome = <T>(result: Result<T>): T | string =>
  result.ok ? result.value : `${result.status.code} ${result.status.message}`;

describe("list options", () => {
  const none = { limit: 0, allowWatchBookmarks: false, timeoutSeconds: 0 };
  test.each([
    ["none", "", false, none],
    ["a page", "limit=500&continue=abc", false, { ...none, limit: 500, continue: "abc" }],
    [
      "selectors",
      "labelSelector=a%3Db&fieldSelector=metadata.name%3Dx",
      false,
      { ...none, labelSelector: "a=b", fieldSelector: "metadata.name=x" },
    ],
    ["empty ones are none", "labelSelector=&resourceVersion=&continue=", false, none],
    ["a negative limit is none", "limit=-1", false, none],
    ["kubectl's timeout is not timeoutSeconds", "timeout=32s", false, none],
    [
      "an informer's first watch",
      "allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&timeoutSeconds=420&watch=true",
      true,
      {
        ...none,
        allowWatchBookmarks: true,
        resourceVersionMatch: "NotOlderThan",
        sendInitialEvents: true,
        timeoutSeconds: 420,
      },
    ],
  ])("%s", (_name, text, watch, options) => {
    expect(outcome(listOptions(query(text), watch))).toEqual(options);
  });

  test.each([
    ["a limit that is text", "limit=many", '400 query parameter limit: invalid value "many": must be an integer'],
    ["a fraction", "timeoutSeconds=1.5", '400 query parameter timeoutSeconds: invalid value "1.5": must be an integer'],
    [
      "a limit beyond all numbers",
      "limit=99999999999999999999",
      '400 query parameter limit: invalid value "99999999999999999999": must be an integer',
    ],
    [
      "sendInitialEvents without watch",
      "sendInitialEvents=true",
      '422 ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
    ],
  ])("%s is refused", (_name, text, message) => {
    expect(outcome(listOptions(query(text), false))).toBe(message);
  });
});

describe("write options", () => {
  const defaults = { dryRun: false, fieldManager: "kubectl", fieldValidation: "Warn", force: false };
  test.each([
    ["none: the manager is the client, unknown fields are warned of", "", "create", defaults],
    [
      "kubectl create",
      "fieldManager=kubectl-create&fieldValidation=Strict&dryRun=All",
      "create",
      { ...defaults, dryRun: true, fieldManager: "kubectl-create", fieldValidation: "Strict" },
    ],
    ["Ignore", "fieldValidation=Ignore", "update", { ...defaults, fieldValidation: "Ignore" }],
    ["apply", "fieldManager=helm&force=true", "apply", { ...defaults, fieldManager: "helm", force: true }],
    ["apply without force", "fieldManager=helm&force=false", "apply", { ...defaults, fieldManager: "helm" }],
    ["force means nothing to create", "force=true", "create", defaults],
  ] as const)("%s", (_name, text, operation, options) => {
    expect(outcome(writeOptions(query(text), "kubectl/v1.35.2 (linux/amd64)", operation))).toEqual(options);
  });

  test.each([
    ["no client", null, "unknown"],
    ["an empty one", "", "unknown"],
    ["one with control characters", "a\u0007b/1", "ab"],
    ["a long one", "x".repeat(1000), "x".repeat(128)],
  ])("without a field manager, %s is named", (_name, userAgent, manager) => {
    expect(outcome(writeOptions(query(""), userAgent, "merge"))).toHaveProperty("fieldManager", manager);
  });

  test.each([
    [
      "an unknown dryRun",
      "dryRun=Some",
      "create",
      '422 CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
    ],
    [
      "an unknown validation",
      "fieldValidation=strict",
      "update",
      '422 UpdateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "strict": supported values: "", "Ignore", "Strict", "Warn"',
    ],
    [
      "force on another patch",
      "force=true",
      "merge",
      '422 PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    ],
    [
      "apply without a manager",
      "",
      "apply",
      '422 PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    [
      "a long manager",
      `fieldManager=${"ü".repeat(65)}`,
      "create",
      '422 CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
    ],
    [
      "a manager that cannot be printed",
      "fieldManager=a%07",
      "create",
      '422 CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\u0007": invalid character U+0007 (at position 1)',
    ],
    [
      "every problem is named",
      "dryRun=x&fieldValidation=y",
      "create",
      '422 CreateOptions.meta.k8s.io "" is invalid: [dryRun: Unsupported value: ["x"]: supported values: "All", fieldValidation: Unsupported value: "y": supported values: "", "Ignore", "Strict", "Warn"]',
    ],
  ] as const)("%s is refused", (_name, text, operation, message) => {
    expect(outcome(writeOptions(query(text), "c", operation))).toBe(message);
  });
});

describe("delete options", () => {
  test.each([
    ["none", "", undefined, { dryRun: false }],
    ["kubectl delete", "", { propagationPolicy: "Background" }, { dryRun: false, propagationPolicy: "Background" }],
    [
      "kubectl delete --now --dry-run=server",
      "",
      { gracePeriodSeconds: 1, dryRun: ["All"] },
      { dryRun: true, gracePeriodSeconds: 1 },
    ],
    [
      "nulls are absent",
      "",
      { gracePeriodSeconds: null, preconditions: { uid: null } },
      { dryRun: false, preconditions: {} },
    ],
    [
      "preconditions",
      "",
      { preconditions: { uid: "u", resourceVersion: "5" } },
      { dryRun: false, preconditions: { uid: "u", resourceVersion: "5" } },
    ],
    ["orphanDependents", "", { orphanDependents: true }, { dryRun: false, propagationPolicy: "Orphan" }],
    ["no orphans", "", { orphanDependents: false }, { dryRun: false, propagationPolicy: "Background" }],
    [
      "from the query",
      "gracePeriodSeconds=5&propagationPolicy=Foreground&dryRun=All",
      undefined,
      { dryRun: true, gracePeriodSeconds: 5, propagationPolicy: "Foreground" },
    ],
    ["a body overrides the query", "gracePeriodSeconds=5", {}, { dryRun: false }],
    ["a negative grace is the shortest", "", { gracePeriodSeconds: -1 }, { dryRun: false, gracePeriodSeconds: 1 }],
    ["unknown fields are passed over", "", { constructor: 1, x: 2 }, { dryRun: false }],
  ])("%s", (_name, text, body, options) => {
    expect(outcome(deleteOptions(query(text), body))).toEqual(options);
  });

  const cannot = 'DeleteOptions in version "v1" cannot be handled as a DeleteOptions: json: cannot unmarshal';
  test.each([
    ["a list", [], `400 ${cannot} array into Go value of type v1.DeleteOptions`],
    ["another kind", { kind: "Pod" }, "400 decoded object cannot be converted to DeleteOptions"],
    [
      "grace as text",
      { gracePeriodSeconds: "5" },
      `400 ${cannot} string into Go struct field DeleteOptions.gracePeriodSeconds of type int64`,
    ],
    [
      "a dryRun that is no list",
      { dryRun: "All" },
      `400 ${cannot} string into Go struct field DeleteOptions.dryRun of type []string`,
    ],
    [
      "preconditions that are no object",
      { preconditions: [] },
      `400 ${cannot} array into Go struct field DeleteOptions.preconditions of type v1.Preconditions`,
    ],
    [
      "an unknown policy",
      { propagationPolicy: "Never" },
      '422 DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Never": supported values: "Background", "Foreground", "Orphan", "nil"',
    ],
    [
      "a policy and orphanDependents",
      { propagationPolicy: "Orphan", orphanDependents: true },
      '422 DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
    ],
  ])("%s is refused", (_name, body, message) => {
    expect(outcome(deleteOptions(query(""), body))).toBe(message);
  });
});

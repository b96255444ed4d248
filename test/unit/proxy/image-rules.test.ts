import { describe, expect, test } from "vitest";
import { parseImageRules } from "../../../shared/proxy/image-rules.ts";

describe("image rules in a ConfigMap", () => {
  test("one IMAGE=URL a line, in any key; comments and blank lines are skipped", () => {
    const { rules, errors } = parseImageRules({
      rules:
        "# demo\nreviews=http://127.0.0.1:3000/\n\n docker.io/a/b:1 = https://x.dev/v1?\nlocalhost:5000/c=binding:C",
      more: "web=http://w.dev",
    });
    expect(rules).toEqual({
      reviews: "http://127.0.0.1:3000",
      "localhost:5000/c": "binding:C",
      web: "http://w.dev",
      "docker.io/a/b:1": "https://x.dev/v1",
    });
    expect(errors).toEqual([]);
  });

  test("bad lines are told, and the others count", () => {
    const { rules, errors } = parseImageRules({
      a: "x\n=http://y\nw=nonsense\nb!d=http://x\nweb=http://w.dev",
      b: "web=http://other.dev",
    });
    expect(rules).toEqual({ web: "http://w.dev" });
    expect(errors.map(({ key, line }) => `${key}:${line}`)).toEqual(["a:1", "a:2", "a:3", "a:4", "b:1"]);
  });

  test("no data is no rules", () => expect(parseImageRules(undefined)).toEqual({ rules: {}, errors: [] }));
});

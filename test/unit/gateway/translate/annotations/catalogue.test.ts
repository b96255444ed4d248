import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ANNOTATIONS } from "../../../../../shared/gateway/translate/annotations/catalogue.ts";
import { translateIngress } from "../../../../../shared/gateway/translate/ingress.ts";
import { CONTEXT, ingress } from "../../fixtures.ts";

test("the page shows the list as it is", () => {
  const page = readFileSync(new URL("../../../../../docs/ingress-annotations.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` +\| (\w+) +\| (.*?) *\|$/gm)].map((row) => row.slice(1));
  expect(rows).toEqual([...ANNOTATIONS].map(([name, state]) => [name, state.state, "note" in state ? state.note : ""]));
});

test.each([...ANNOTATIONS].filter(([, { state }]) => state !== "supported"))(
  "%s is named in a problem",
  (name, { state }) => {
    const { problems } = translateIngress(
      ingress("shop/i", { nginx: { [name]: "x" }, rules: { "a.test": ["^/ web"] } }),
      CONTEXT,
    );
    const about = problems.filter(({ message }) =>
      message.startsWith(`annotation nginx.ingress.kubernetes.io/${name} is`),
    );
    expect(about.map(({ reason }) => reason)).toEqual([
      state === "partial" ? "PartialAnnotation" : "UnsupportedAnnotation",
    ]);
  },
);

test("what nobody has heard of is named as well, also when it is called like an object's property", () => {
  const nginx = { "rewrite-targett": "/", constructor: "x", __proto__x: "y" };
  const { problems } = translateIngress(ingress("shop/i", { nginx, rules: { "a.test": ["^/ web"] } }), CONTEXT);
  expect(problems.map(({ message }) => message)).toEqual(
    Object.keys(nginx).map((name) => `annotation nginx.ingress.kubernetes.io/${name} is not known, and does nothing`),
  );
});

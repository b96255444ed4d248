import { describe, expect, test } from "vitest";
import { parseImageReference } from "../../../shared/proxy/image-reference.ts";

describe("image references", () => {
  test.each([
    ["nginx", "docker.io/library/nginx", null, null],
    ["istio/x:1", "docker.io/istio/x", "1", null],
    ["localhost:5000/x", "localhost:5000/x", null, null],
    ["r.io:5000/a/b:t@sha256:f0", "r.io:5000/a/b", "t", "sha256:f0"],
    ["r.io/a@sha256:f0", "r.io/a", null, "sha256:f0"],
    ["", "docker.io/library/", null, null],
  ])("%s", (image, name, tag, digest) => expect(parseImageReference(image)).toEqual({ name, tag, digest }));
});

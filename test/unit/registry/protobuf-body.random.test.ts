import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kindByGVK } from "../../../shared/registry/index.ts";
import { decodeProtobufBody } from "../../../shared/registry/protobuf-body.ts";
import { checkFields } from "../../../shared/registry/schema/check-fields.ts";
import { randomIntegers } from "../../suites/random.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/protobuf");
const bodies = readdirSync(FIXTURES)
  .filter((file) => file.endsWith(".bin"))
  .map((file) => new Uint8Array(readFileSync(join(FIXTURES, file))));

type Random = (n: number) => number;

const MUTATIONS: readonly ((body: Uint8Array, random: Random) => Uint8Array)[] = [
  (body, random) => body.with(random(body.length), random(256)),
  (body, random) => body.with(random(body.length), [0x00, 0x7f, 0x80, 0xff][random(4)] ?? 0),
  (body, random) => body.slice(0, random(body.length)),
  (body, random) => {
    const at = random(body.length);
    return Uint8Array.from([...body.slice(0, at), ...body.slice(at + 1 + random(8))]);
  },
  (body, random) => {
    const [from, to] = [random(body.length), random(body.length)];
    return Uint8Array.from([...body.slice(0, to), ...body.slice(from, from + random(64)), ...body.slice(to)]);
  },
];

function mutated(random: Random): Uint8Array {
  let body: Uint8Array = bodies[random(bodies.length)] ?? new Uint8Array();
  for (let times = 1 + random(4); times > 0 && body.length > 0; times--) {
    body = MUTATIONS[random(MUTATIONS.length)]?.(body, random) ?? body;
  }
  return body;
}

test("five thousand spoilt bodies are each decoded or refused with words", () => {
  const random = randomIntegers(1);
  const outcomes = new Map<string, number>();
  for (let i = 0; i < 5000; i++) {
    const body = decodeProtobufBody(mutated(random));
    outcomes.set(body.kind, (outcomes.get(body.kind) ?? 0) + 1);
    if (body.kind === "refused") expect(body.refusal).not.toBe("");
    if (body.kind !== "object") continue;
    const { apiVersion, kind: name } = body.value as unknown as { readonly apiVersion: string; readonly kind: string };
    const [version = "", group = ""] = apiVersion.split("/").reverse();
    const kind = kindByGVK(group, version, name);
    if (kind === undefined) continue;
    const checked = checkFields(kind.schema, JSON.parse(JSON.stringify(body.value)), kind.kind);
    if (checked.ok) expect(checked.unknown, "decoding makes up no fields").toEqual([]);
  }
  // All three ends were reached, each often: the mutations are neither too mild nor too wild.
  for (const kind of ["object", "refused", "unrecognized"]) expect(outcomes.get(kind) ?? 0).toBeGreaterThan(200);
});

/**
 * The envelope of every Kubernetes object in protobuf: four magic bytes and a `runtime.Unknown`, which names the type of
 * the message inside (apimachinery `pkg/runtime/generated.proto`).
 */
import { WireReader } from "./wire.ts";

/** `k8s` and a zero. */
const MAGIC: readonly number[] = [0x6b, 0x38, 0x73, 0x00];

export interface Unknown {
  readonly apiVersion: string;
  readonly kind: string;
  /** The message, a view of the input. */
  readonly raw: Uint8Array;
}

export type DecodedUnknown =
  { readonly ok: true; readonly value: Unknown } | { readonly ok: false; readonly message: string };

/** Opens the envelope. Total: what is none gives a message. */
export function decodeUnknown(bytes: Uint8Array): DecodedUnknown {
  if (bytes.length === 0) return { ok: false, message: "empty data" };
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) {
    const why = `provided data does not appear to be a protobuf message, expected prefix [${MAGIC.join(" ")}]`;
    return { ok: false, message: why };
  }
  const wire = new WireReader(bytes.subarray(MAGIC.length));
  let apiVersion = "";
  let kind = "";
  let raw: Uint8Array = new Uint8Array();
  let contentEncoding = "";
  const readTypeMeta = (field: number): boolean => {
    if (field === 1) apiVersion = wire.text();
    else if (field === 2) kind = wire.text();
    else return false;
    return true;
  };
  while (wire.next()) {
    if (wire.field === 1) wire.parts(readTypeMeta);
    else if (wire.field === 2) raw = wire.bytes();
    else if (wire.field === 3) contentEncoding = wire.text();
    else wire.skip();
  }
  if (wire.problem !== null) return { ok: false, message: wire.problem };
  if (contentEncoding !== "") {
    return { ok: false, message: `the content encoding ${JSON.stringify(contentEncoding)} is not supported` };
  }
  return { ok: true, value: { apiVersion, kind, raw } };
}

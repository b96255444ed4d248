/** A request's body as an object that no store will see. */
import type { Result } from "../../shared/api/meta-v1/status.ts";
import { refuse } from "../../shared/apimachinery/status.ts";
import { decodeObject, type Decoded, type DecodedKind, type UrlIdentity } from "../../shared/storage/decode-object.ts";
import type { WriteOptions } from "../../shared/storage/mutation.ts";
import { readObject } from "./body.ts";
import { duplicateWarnings, strictRefusal } from "./duplicate-fields.ts";

/** Reads, checks and defaults it. The object is of the type that the kind's schema declares. */
export async function decodeBody(
  request: Request,
  kind: DecodedKind,
  fieldValidation: WriteOptions["fieldValidation"],
  url: UrlIdentity,
): Promise<Result<Decoded>> {
  const body = await readObject(request, kind.kind);
  if (!body.ok) return body;
  const refused = strictRefusal(kind, body.value, fieldValidation);
  if (refused !== null) return refuse(refused);
  const decoded = decodeObject(kind, body.value.value, fieldValidation, url);
  if (!decoded.ok) return decoded;
  const { object, warnings } = decoded.value;
  return {
    ok: true,
    value: { object, warnings: [...duplicateWarnings(body.value, fieldValidation), ...warnings] },
  };
}

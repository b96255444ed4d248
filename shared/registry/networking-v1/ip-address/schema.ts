import { message, object, required, string, typeMeta } from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

const name = (type: string): string => `io.k8s.api.networking.v1.${type}`;

export const ipAddressSchema = message(
  name("IPAddress"),
  "An address of a ServiceCIDR that is in use; its name is the address.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(ipAddressSpecSchema, "Whose address it is."),
  }),
  { metadata: 1, spec: 2 },
);

export const ipAddressSpecSchema = message(
  name("IPAddressSpec"),
  "Whose address it is.",
  () => ({ parentRef: object(parentReferenceSchema, "The object that has the address.", required) }),
  { parentRef: 1 },
);

export const parentReferenceSchema = message(
  name("ParentReference"),
  "Names the object that has an address, by resource.",
  () => ({
    group: string("Its group; absent for the core group."),
    resource: string("Its resource.", required),
    namespace: string("Its namespace."),
    name: string("Its name.", required),
  }),
  { group: 1, resource: 2, namespace: 3, name: 4 },
);

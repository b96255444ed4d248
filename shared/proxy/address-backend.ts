/** How an endpoint that is no Pod, and did not register, is called: at its own address and port. */
import type { ServicePort } from "../api/core-v1/service.ts";
import type { SlicePort } from "../api/discovery-v1/endpoint-slice.ts";
import { canonicalLegacyIP } from "../apimachinery/legacy-ip.ts";
import type { Backend } from "./table.ts";

/** `appProtocol` decides where it is set (the slice's before the Service's), else the usual signs of HTTPS. */
export function addressBackend(port: ServicePort, slicePort: SlicePort): Backend & { readonly kind: "address" } {
  const appProtocol = (slicePort.appProtocol ?? port.appProtocol ?? "").toLowerCase();
  const isHttps =
    appProtocol === ""
      ? slicePort.port === 443 || port.port === 443 || /^https(?:-|$)/.test(slicePort.name ?? "")
      : appProtocol === "https" || appProtocol === "kubernetes.io/wss";
  return { kind: "address", scheme: isHttps ? "https" : "http" };
}

/** The one text of an address: IPs in canonical form, names in lower case. */
export const canonicalAddress = (address: string): string => canonicalLegacyIP(address) ?? address.toLowerCase();

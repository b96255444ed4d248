/** What sort of answer one is (CoreDNS `plugin/pkg/response`): caches and logs go by it. */
import type { Settled } from "../context.ts";

export type ResponseType = "NOERROR" | "NODATA" | "NXDOMAIN" | "SERVERERROR" | "DELEGATION" | "OTHERERROR";

export function typify({ rcode, answers, authority }: Settled): ResponseType {
  if (answers.length > 0 && rcode === "NOERROR") return "NOERROR";
  if (answers.length > 0 && rcode === "NXDOMAIN") return "OTHERERROR";
  if (rcode === "NXDOMAIN") return "NXDOMAIN";
  if (rcode === "SERVFAIL" || rcode === "NOTIMP") return "SERVERERROR";
  if (rcode !== "NOERROR") return "OTHERERROR";
  if (authority.some(({ data }) => data.type === "SOA")) return "NODATA";
  return authority.some(({ data }) => data.type === "NS") ? "DELEGATION" : "NOERROR";
}

export type ResponseClass = "success" | "denial" | "error";

export function classify(type: ResponseType): ResponseClass {
  switch (type) {
    case "NOERROR":
    case "DELEGATION":
      return "success";
    case "NXDOMAIN":
    case "NODATA":
      return "denial";
    case "SERVERERROR":
    case "OTHERERROR":
      return "error";
    default:
      return type satisfies never;
  }
}

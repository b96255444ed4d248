/** nginx's variables in the values of annotations. */
import { cookieOf, type GatewayRequest } from "../match/request.ts";

export type Captures = readonly (string | undefined)[] | null;

const VARIABLE = /\$(?:\{(\w{1,100})\}|(\d)|([a-z]\w{0,99}))/gi;

/** The text with `$1` and `$name` replaced; a variable that is not known, and a group that is not there, is empty. */
export const expand = (template: string, request: GatewayRequest, captures: Captures): string =>
  template.includes("$")
    ? template.replace(VARIABLE, (_, braced?: string, digit?: string, name?: string) => {
        const variable = braced ?? digit ?? name ?? "";
        return /^\d$/.test(variable) ? (captures?.[Number(variable)] ?? "") : valueOf(variable.toLowerCase(), request);
      })
    : template;

function valueOf(name: string, request: GatewayRequest): string {
  switch (name) {
    case "host":
      return request.hostname;
    case "http_host":
    case "best_http_host":
      return request.authority;
    case "scheme":
    case "pass_access_scheme":
      return request.scheme;
    case "request_uri":
      return request.rawPath;
    case "escaped_request_uri":
      return encodeURIComponent(request.rawPath);
    case "uri":
    case "document_uri":
      return request.path;
    case "args":
    case "query_string":
      return request.query.slice(1);
    case "is_args":
      return request.query === "" ? "" : "?";
    case "request_method":
      return request.method;
    case "remote_addr":
    case "the_real_ip":
      return request.client ?? "";
    default:
      return prefixed(name, request);
  }
}

function prefixed(name: string, request: GatewayRequest): string {
  if (name.startsWith("http_")) return request.header(name.slice(5).replaceAll("_", "-")) ?? "";
  if (name.startsWith("cookie_")) return cookieOf(request, name.slice(7)) ?? "";
  if (name.startsWith("arg_")) return new URLSearchParams(request.query).get(name.slice(4)) ?? "";
  return "";
}

/** The filters of a route, one after the other, until one answers or the request may go on. */
import type { AccessFilter, Filter, HeaderChange, RateLimit, Route } from "../ir.ts";
import type { GatewayRequest } from "../match/request.ts";
import { encodePath } from "../match/path.ts";
import { checkBasicAuth, checkRanges, isWithin } from "./access.ts";
import { corsHeaders } from "./cors.ts";
import type { ForwardPlan, GatewayResponse, Outcome } from "./outcome.ts";
import { expand, type Captures } from "./variables.ts";

export interface FilterContext {
  readonly request: GatewayRequest;
  readonly captures: Captures;
  /** Whether the limit lets the client through; counts the request. */
  readonly admit: (limit: RateLimit) => boolean;
  /** Of `https://host:port`, where TLS is served; null: the usual one. */
  readonly tlsPort: number | null;
}

const NO_CHANGE: HeaderChange = { set: [], add: [], remove: [] };

/** What goes on when no filter says otherwise. */
export const initialPlan = ({ rawPath }: GatewayRequest): ForwardPlan => ({
  path: rawPath,
  host: null,
  request: [],
  response: [],
  maxBody: null,
});

/** Runs the filters `from` a place in the list on. Pure but for `admit`. */
export function applyFilters(route: Route, context: FilterContext, start: ForwardPlan, from = 0): Outcome {
  let plan = start;
  for (let i = from; i < route.filters.length; i++) {
    const filter = route.filters[i];
    if (filter === undefined) continue;
    const step = applyOne(filter, route, context, plan);
    if ("status" in step) return { kind: "respond", response: step, plan };
    if ("url" in step) return { kind: "ask", auth: step, plan, from: i + 1 };
    plan = step;
  }
  return { kind: "forward", plan };
}

type Step = ForwardPlan | GatewayResponse | (AccessFilter & { readonly kind: "externalAuth" })["auth"];

function applyOne(filter: Filter, route: Route, context: FilterContext, plan: ForwardPlan): Step {
  const { request, captures } = context;
  switch (filter.kind) {
    case "redirect":
      return redirect(filter.status, expand(filter.location, request, captures));
    case "tlsRedirect":
      return request.scheme === "https" ? plan : redirect(filter.status, tlsLocation(context));
    case "cors":
      return cors(filter, request, plan);
    case "rateLimit":
      return isWithin(filter.limit.exempt, request.client) || context.admit(filter.limit)
        ? plan
        : { status: filter.limit.status, headers: [], body: "503 Service Temporarily Unavailable\n" };
    case "sourceRanges":
    case "basicAuth":
    case "externalAuth":
      return access(filter, request) ?? plan;
    case "satisfyAny":
      return satisfyAny(filter.filters, request) ?? plan;
    case "bodySize":
      return bodySize(filter.bytes, request, plan);
    case "rewrite":
      return { ...plan, path: rewritten(filter.template, request, captures) };
    case "replacePrefix":
      return { ...plan, path: prefixReplaced(filter.value, route, request) };
    case "host":
      return { ...plan, host: expand(filter.value, request, captures) };
    case "requestHeaders":
      return { ...plan, request: [...plan.request, filter.change] };
    case "responseHeaders":
      return { ...plan, response: [...plan.response, filter.change] };
    default:
      return filter satisfies never;
  }
}

const redirect = (status: number, location: string): GatewayResponse => ({
  status,
  headers: [{ name: "location", value: location.replaceAll(/[\r\n]/g, "") }],
  body: "",
});

function tlsLocation({ request, tlsPort }: FilterContext): string {
  const host = request.authority.replace(/:\d*$/, "");
  return `https://${host}${tlsPort === null || tlsPort === 443 ? "" : `:${tlsPort}`}${request.rawPath}`;
}

function cors(filter: Filter & { readonly kind: "cors" }, request: GatewayRequest, plan: ForwardPlan): Step {
  const headers = corsHeaders(filter.policy, request);
  if (headers === null) return plan;
  if (request.method === "OPTIONS") return { status: 204, headers, body: "" };
  return { ...plan, response: [...plan.response, { ...NO_CHANGE, set: headers }] };
}

function access(
  filter: AccessFilter,
  request: GatewayRequest,
): GatewayResponse | (AccessFilter & { readonly kind: "externalAuth" })["auth"] | null {
  switch (filter.kind) {
    case "sourceRanges":
      return checkRanges(filter, request);
    case "basicAuth":
      return checkBasicAuth(filter.auth, request);
    case "externalAuth":
      return filter.auth;
    default:
      return filter satisfies never;
  }
}

/** The last refusal counts when nobody lets the request in; whoever must be asked is asked last. */
function satisfyAny(filters: readonly AccessFilter[], request: GatewayRequest): ReturnType<typeof access> {
  const answers = filters.map((filter) => access(filter, request));
  if (answers.includes(null)) return null;
  return answers.find((answer) => answer !== null && "url" in answer) ?? answers.at(-1) ?? null;
}

function bodySize(bytes: number, { header }: GatewayRequest, plan: ForwardPlan): Step {
  const length = Number(header("content-length") ?? 0);
  return length > bytes ? tooLarge : { ...plan, maxBody: bytes };
}

/** Also for bodies whose length nobody said, when they have come to too much. */
export const tooLarge: GatewayResponse = { status: 413, headers: [], body: "413 Request Entity Too Large\n" };

/** nginx's `rewrite … break`: the whole path is replaced, and the query goes behind what the new one has of its own. */
function rewritten(template: string, request: GatewayRequest, captures: Captures): string {
  const mark = template.indexOf("?");
  const target = encodePath(expand(mark < 0 ? template : template.slice(0, mark), request, captures));
  const path = target.startsWith("/") ? target : `/${target}`;
  if (mark < 0) return path + request.query;
  const query = expand(template.slice(mark + 1), request, captures);
  return `${path}?${query}${request.query === "" ? "" : `&${request.query.slice(1)}`}`;
}

/** HTTPRoute's ReplacePrefixMatch: the prefix that matched is replaced, and `/` takes it away. */
function prefixReplaced(value: string, route: Route, request: GatewayRequest): string {
  const matched = route.match.path.value.replace(/\/$/, "");
  const rest = request.path.slice(matched.length);
  const path = value.replace(/\/$/, "") + rest;
  return encodePath(path === "" ? "/" : path) + request.query;
}

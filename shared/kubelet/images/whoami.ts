import {
  canonicalHeader,
  json,
  pathOf,
  text,
  type BuiltinBackend,
  type BuiltinContext,
  type BuiltinRequest,
} from "../builtin-request.ts";
import { envOf, flagValue } from "./flags.ts";

/** `traefik/whoami`: who answered, and the request as it arrived. */
export const whoami: BuiltinBackend = (request, context, container) => {
  const name = flagValue([...container.command, ...container.args], "name") ?? envOf(container, "WHOAMI_NAME");
  switch (pathOf(request)) {
    case "/api":
      return json(describe(request, context, name));
    case "/bench":
      return text("1");
    case "/health":
      return text("");
    default:
      return text(page(request, context, name));
  }
};

const addressesOf = ({ pod }: BuiltinContext): readonly string[] => [
  "127.0.0.1",
  "::1",
  ...(pod.ip === "" ? [] : [pod.ip]),
];

function page(request: BuiltinRequest, context: BuiltinContext, name: string): string {
  const about = [
    ...(name === "" ? [] : [`Name: ${name}`]),
    `Hostname: ${context.pod.name}`,
    ...addressesOf(context).map((ip) => `IP: ${ip}`),
    `RemoteAddr: ${context.clientAddress}:0`,
  ];
  const shown = headersOf(request).filter(([header]) => header !== "User-Agent");
  const agent = request.headers.find(([header]) => header === "user-agent")?.[1];
  const dump = [
    `${request.method} ${request.target} HTTP/1.1`,
    `Host: ${request.host}`,
    ...(agent === undefined ? [] : [`User-Agent: ${agent}`]),
    ...shown.map(([header, value]) => `${header}: ${value}`),
  ];
  return `${about.join("\n")}\n${dump.join("\r\n")}\r\n\r\n`;
}

/** Sorted, as Go writes them. */
const headersOf = ({ headers }: BuiltinRequest): readonly (readonly [string, string])[] =>
  headers
    .filter(([name]) => name !== "host")
    .map(([name, value]) => [canonicalHeader(name), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

const describe = (request: BuiltinRequest, context: BuiltinContext, name: string): unknown => ({
  hostname: context.pod.name,
  ip: addressesOf(context),
  headers: Object.fromEntries(headersOf(request).map(([header, value]) => [header, [value]])),
  url: request.target,
  host: request.host,
  method: request.method,
  ...(name === "" ? {} : { name }),
  remoteAddr: `${context.clientAddress}:0`,
});

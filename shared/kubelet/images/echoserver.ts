import { pathOf, text, type BuiltinBackend, type BuiltinContext, type BuiltinRequest } from "../builtin-request.ts";

/** `registry.k8s.io/e2e-test-images/echoserver`: Pod and request in indented text. */
export const echoserver: BuiltinBackend = (request, context) =>
  text(
    [
      `\n\nHostname: ${context.pod.name}`,
      section("Pod Information", podLines(context)),
      section("Server values", ["server_version=wherry"]),
      section("Request Information", requestLines(request, context)),
      section("Request Headers", headerLines(request)),
      section("Request Body", [request.body === "" ? "-no body in request-" : request.body]),
      "",
    ].join("\n\n"),
  );

const section = (title: string, lines: readonly string[]): string =>
  `${title}:\n${lines.map((line) => `\t${line}`).join("\n")}`;

const podLines = ({ pod }: BuiltinContext): readonly string[] => [
  `node name:\t${pod.node}`,
  `pod name:\t${pod.name}`,
  `pod namespace:\t${pod.namespace}`,
  `pod IP:\t${pod.ip}`,
];

function requestLines(request: BuiltinRequest, { clientAddress }: BuiltinContext): readonly string[] {
  const path = pathOf(request);
  return [
    `client_address=${clientAddress}`,
    `method=${request.method}`,
    `real path=${request.target}`,
    `query=${request.target.slice(path.length + 1)}`,
    "request_version=1.1",
    "request_scheme=http",
    `request_uri=http://${request.host}${request.target}`,
  ];
}

const headerLines = ({ headers }: BuiltinRequest): readonly string[] =>
  headers.map(([name, value]) => `${name}=${value}`).sort();

/** Where the `proxy` subresource of a Service or Pod leads (apiserver `ResourceLocation`). */
import type { Pod } from "../../api/core-v1/pod.ts";
import type { Service } from "../../api/core-v1/service.ts";
import type { Result } from "../../api/meta-v1/status.ts";
import { badRequest, refuse, serviceUnavailable } from "../../apimachinery/status.ts";

/** `[scheme:]name[:port]`, as the path names a Service or Pod to proxy to. */
export interface ProxyName {
  readonly scheme: "http" | "https";
  readonly name: string;
  /** A number or the name of a port; `""` where none is given. */
  readonly port: string;
}

/** Null where the text is of another form. */
export function parseProxyName(text: string): ProxyName | null {
  const parts = text.split(":");
  if (parts.length > 3) return null;
  const [scheme = "", name = "", port = ""] = parts.length === 3 ? parts : ["", ...parts];
  if (name === "" || (scheme !== "" && scheme !== "http" && scheme !== "https")) return null;
  return { scheme: scheme === "https" ? "https" : "http", name, port };
}

/**
 * The authority under which the router knows the Service port. A number must be one of the Service's ports; without a port
 * the unnamed one is meant. 503 in Kubernetes' words where there is none.
 */
export function serviceLocation(
  { metadata, spec }: Service,
  { port }: ProxyName,
  clusterDomain: string,
): Result<string> {
  const { name, namespace = "" } = metadata;
  const ports = spec.ports ?? [];
  const number = /^\d+$/.test(port) ? Number(port) : null;
  const found = ports.find((p) => (number === null ? (p.name ?? "") === port : p.port === number));
  if (found !== undefined) return { ok: true, value: `${name}.${namespace}.svc.${clusterDomain}:${found.port}` };
  return refuse(
    serviceUnavailable(
      number === null
        ? `no endpoints available for service ${JSON.stringify(name)}`
        : `no service port ${number} found for service ${JSON.stringify(name)}`,
    ),
  );
}

/** The Pod's address, at the given port or its first container port (80 where it declares none). */
export function podLocation({ spec, status }: Pod, { port }: ProxyName): Result<string> {
  const address = status.podIP ?? "";
  if (address === "") return refuse(badRequest("address not allowed"));
  const declared = spec.containers.flatMap((container) => container.ports ?? [])[0]?.containerPort ?? 80;
  const number = port === "" ? declared : Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    return refuse(badRequest(`invalid port ${JSON.stringify(port)}: must be a number from 1 to 65535`));
  }
  return { ok: true, value: `${address.includes(":") ? `[${address}]` : address}:${number}` };
}

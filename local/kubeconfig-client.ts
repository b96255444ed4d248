/** Reads objects of the cluster that a kubeconfig's current context names, whoever runs it. */
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { dirname, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { parse } from "yaml";
import { messageOf, UserError } from "./errors.ts";

interface Named {
  readonly name: string;
  readonly [field: string]: unknown;
}

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly clusters?: readonly (Named & { readonly cluster?: Settings })[];
  readonly users?: readonly (Named & { readonly user?: Settings | null })[];
  readonly contexts?: readonly (Named & { readonly context?: { readonly cluster?: string; readonly user?: string } })[];
}

type Settings = Readonly<Record<string, unknown>>;

export interface KubeconfigClient {
  /** The items of a list; none where the server does not know the kind. */
  readonly list: <T>(path: string) => Promise<readonly T[]>;
  /** Null when there is none. */
  readonly get: <T>(path: string) => Promise<T | null>;
}

/** @throws UserError when the file is no kubeconfig, or names no cluster. Tokens and client certificates are known; plugins are not. */
export function kubeconfigClient(path: string): KubeconfigClient {
  const { server, options, headers } = readKubeconfig(path);
  const get = async <T>(urlPath: string): Promise<T | null> => {
    const { status, body } = await ask(`${server}${urlPath}`, { ...options, headers });
    if (status === 404) return null;
    if (status !== 200) throw new UserError(`${server}${urlPath} answers ${status}: ${body.slice(0, 300)}`);
    return JSON.parse(body) as T;
  };
  return { get, list: async <T>(urlPath: string) => (await get<{ items: readonly T[] }>(urlPath))?.items ?? [] };
}

function ask(url: string, options: RequestOptions): Promise<{ readonly status: number; readonly body: string }> {
  const request = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((done, reject) => {
    const fail = (error: Error): void => reject(new UserError(`${url} does not answer: ${error.message}`));
    const asking = request(url, options, (response) => {
      text(response).then((body) => done({ status: response.statusCode ?? 0, body }), fail);
    });
    asking.on("error", fail).end();
  });
}

function readKubeconfig(path: string): {
  readonly server: string;
  readonly options: RequestOptions;
  readonly headers: Record<string, string>;
} {
  const config = load(path);
  const context = config.contexts?.find(({ name }) => name === config["current-context"])?.context;
  const cluster = config.clusters?.find(({ name }) => name === context?.cluster)?.cluster ?? {};
  const user = config.users?.find(({ name }) => name === context?.user)?.user ?? {};
  const server = cluster["server"];
  if (typeof server !== "string" || !URL.canParse(server)) throw new UserError(`${path} names no cluster to ask`);
  const { token } = user;
  return {
    server: server.replace(/\/$/, ""),
    headers: { accept: "application/json", ...(typeof token === "string" ? { authorization: `Bearer ${token}` } : {}) },
    options: {
      ca: material(path, cluster, "certificate-authority"),
      cert: material(path, user, "client-certificate"),
      key: material(path, user, "client-key"),
      rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
    },
  };
}

function load(path: string): Kubeconfig {
  try {
    const config: unknown = parse(readFileSync(path, "utf8"));
    if (typeof config === "object" && config !== null) return config;
  } catch (error) {
    throw new UserError(
      `cannot read the kubeconfig ${path}: ${messageOf(error)}\nName another file: --kubeconfig FILE`,
    );
  }
  throw new UserError(`${path} is no kubeconfig`);
}

/** In the file itself, in base64, or in a file beside it. */
function material(path: string, settings: Settings, name: string): Buffer | undefined {
  const data = settings[`${name}-data`];
  if (typeof data === "string") return Buffer.from(data, "base64");
  const file = settings[name];
  return typeof file === "string" ? readFileSync(resolve(dirname(path), file)) : undefined;
}

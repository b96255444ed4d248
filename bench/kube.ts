/** Writes to the Kubernetes API, as benchmarks send them. */
import { Pool } from "undici";

export interface KubeApi {
  /** Gives the object that the API answers with. Throws where it refuses. A PATCH is a merge patch. */
  readonly send: (method: "POST" | "PATCH" | "DELETE", path: string, object?: unknown) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** `api` may name a cluster by its path. */
export function kubeApi(api: string, connections: number): KubeApi {
  const { origin, pathname } = new URL(api);
  const prefix = pathname === "/" ? "" : pathname;
  const pool = new Pool(origin, { connections });
  return {
    send: async (method, path, object) => {
      const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
      const content = object === undefined ? {} : { headers: { "content-type": type }, body: JSON.stringify(object) };
      const { statusCode, body } = await pool.request({ method, path: prefix + path, ...content });
      const text = await body.text();
      if (statusCode >= 300) throw new Error(`${method} ${prefix}${path}: ${statusCode} ${text.slice(0, 300)}`);
      return JSON.parse(text);
    },
    close: () => pool.close(),
  };
}

/** Does `work` for each number below `count`, so many at a time. */
export async function forEach(count: number, atATime: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) await work(i);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}

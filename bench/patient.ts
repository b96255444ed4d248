/** A backend that can be broken in the ways in which backends break, and mended. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Mode = "refuses connections" | "hangs" | "answers 500";
export const MODES: readonly Mode[] = ["refuses connections", "hangs", "answers 500"];

/** A backend that can be broken and mended; its port stays. */
export interface Patient {
  readonly url: string;
  readonly break: (mode: Mode) => Promise<void>;
  readonly mend: () => Promise<void>;
  readonly stop: () => void;
}

export const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));

export async function patient(): Promise<Patient> {
  let mode: Mode | null = null;
  const held = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    if (mode === "hangs") held.add(response);
    else response.writeHead(mode === null ? 200 : 500).end();
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    break: async (how) => {
      mode = how;
      if (how === "refuses connections") await close();
    },
    mend: async () => {
      const wasClosed = mode === "refuses connections";
      mode = null;
      for (const response of held) response.destroy();
      held.clear();
      if (wasClosed) await listen(server, port);
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

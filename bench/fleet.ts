/**
 * Programs behind images: one HTTP server, with a path for each image. A program runs while there are Pods of its image, and
 * is as a real one is: it needs a moment before it serves, and breaks connections once its last Pod is gone.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { listen } from "./patient.ts";

/** From its start until a program serves. */
const WARM_UP_MILLISECONDS = 300;

export interface Fleet {
  /** `IMAGE=URL` for each, as `--image` takes them. */
  readonly rules: readonly string[];
  /** A Pod of an image came, or went. */
  readonly podAdded: (image: string) => void;
  readonly podRemoved: (image: string) => void;
  readonly stop: () => void;
}

interface Program {
  pods: number;
  servesFrom: number;
}

/** `images` have no blanks and no `=`. */
export async function startFleet(images: readonly string[]): Promise<Fleet> {
  const programs = new Map<string, Program>(images.map((image) => [image, { pods: 0, servesFrom: 0 }]));
  const paths = new Map(images.map((image, i) => [`/${i}`, image]));
  const server = createServer((request, response) => {
    const path = /^\/\d+/.exec(request.url ?? "")?.[0] ?? "";
    answer(programs.get(paths.get(path) ?? ""), request, response);
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  return {
    rules: [...paths].map(([path, image]) => `${image}=http://127.0.0.1:${port}${path}`),
    podAdded: (image) => {
      const program = programs.get(image);
      if (program !== undefined && program.pods++ === 0) program.servesFrom = performance.now() + WARM_UP_MILLISECONDS;
    },
    podRemoved: (image) => {
      const program = programs.get(image);
      if (program !== undefined) program.pods--;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(program: Program | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (program === undefined || program.pods === 0) {
    request.socket.destroy();
    return;
  }
  const status = performance.now() < program.servesFrom ? 503 : 200;
  request.resume().on("end", () => response.writeHead(status).end());
}

/** A server that speaks a protocol of its own over TCP: a line with a name, answered by a line with a number. */
import { createServer } from "node:net";
import { createInterface } from "node:readline";

const STOCK = new Map([
  ["boots", 12],
  ["tents", 3],
]);

const port = Number(process.argv[2] ?? 5433);
const server = createServer((socket) => {
  socket.on("error", () => socket.destroy());
  const lines = createInterface({ input: socket });
  lines.on("line", (name) => socket.write(`${STOCK.get(name) ?? 0} ${name}\n`));
});
server.listen(port, "127.0.0.1", () => console.log(`the stock is at 127.0.0.1:${port}`));

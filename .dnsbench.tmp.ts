import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { readFileSync, readdirSync } from "node:fs";
import { run } from "./bench/load.ts";
await build({ entryPoints: ["/tmp/dnsbench/worker.ts"], outfile: "/tmp/dnsbench/worker.js", bundle: true, format: "esm", target: "es2023", external: ["cloudflare:*"], platform: "browser" });
const socket = { host: "127.0.0.1", port: 0 };
const names = process.argv.slice(3);
const mf = new Miniflare(convertV4MiniflareOptions({ name: "b", modules: [{ type: "ESModule", path: "worker.js", contents: readFileSync("/tmp/dnsbench/worker.js", "utf8") }], compatibilityDate: "2026-10-01", unsafeDirectSockets: names.map((entrypoint) => ({ ...socket, entrypoint })), stripCfConnectingIp: false, cf: false, logRequests: false }));
await mf.ready;
const urls = await Promise.all(names.map((e) => mf.unsafeGetDirectURL("b", e)));
const pid = Number(readdirSync("/proc").filter((p) => /^\d+$/.test(p)).find((p) => { try { const s = readFileSync(`/proc/${p}/stat`, "utf8"); return s.includes("(workerd)") && s.slice(s.lastIndexOf(")")+2).split(" ")[1] === String(process.pid); } catch { return false; } }));
const enc = (name) => Buffer.from([0,0,1,0,0,1,0,0,0,0,0,0, ...name.split(".").flatMap((l) => [l.length, ...Buffer.from(l)]), 0,0,1,0,1]).toString("base64url");
const queries = Array.from({ length: 10000 }, (_, i) => ({ path: `/dns-query?dns=${enc(`svc-${i}.bench.svc.cluster.local`)}`, headers: { accept: "application/dns-message" } }));
const seconds = Number(process.argv[2] ?? 2);
const rounds = names.map(() => []);
for (let r = 0; r < 8; r++) for (const [i, url] of urls.entries()) {
  const m = await run({ origin: url.origin, request: (n) => queries[(n * 7919) % 10000], connections: 32, seconds, pid });
  rounds[i].push([m.requestsPerSecond, m.cpuMicroseconds]);
}
const med = (xs) => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)];
for (const [i, n] of names.entries()) console.log(n.padEnd(8), "rps", med(rounds[i].slice(1).map((x) => x[0])).toFixed(0), "cpu µs", med(rounds[i].slice(1).map((x) => x[1])).toFixed(1));
for (const [i,n] of names.entries()) if (i) console.log(n, "paired ratio", med(rounds[i].slice(1).map((x, r) => x[0] / rounds[0][r+1][0])).toFixed(3), "cpu ratio", med(rounds[i].slice(1).map((x, r) => rounds[0][r+1][1] / x[1])).toFixed(3));
await mf.dispose();

/** Which node port to give out (KEP-3668): the lower band is left to ports that people choose. */
import type { PickIndex } from "./ip-allocator.ts";

/** Inclusive bounds. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** kube-apiserver's default `--service-node-port-range`. */
export const NODE_PORT_RANGE: PortRange = { first: 30000, last: 32767 };

export const formatPortRange = ({ first, last }: PortRange): string => `${first}-${last}`;

/** A thirty-second of the range, from 16 to 128: 86 ports of the default range. */
export function staticPortBandSize(size: number): number {
  return size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 32)), 128);
}

/** A free port, from the upper band while it has one; null when the range is full. */
export function nextPort(range: PortRange, used: (port: number) => boolean, pick: PickIndex): number | null {
  const size = range.last - range.first + 1;
  const reserved = staticPortBandSize(size);
  return freeIn(range.first + reserved, size - reserved, used, pick) ?? freeIn(range.first, reserved, used, pick);
}

function freeIn(first: number, size: number, used: (port: number) => boolean, pick: PickIndex): number | null {
  if (size <= 0) return null;
  const start = pick(size);
  for (let i = 0; i < size; i++) {
    const port = first + ((start + i) % size);
    if (!used(port)) return port;
  }
  return null;
}

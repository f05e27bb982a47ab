import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isRunning } from './process-identity.mjs';

/**
 * Ports that nobody listens on, and that no other copy is given while this process runs: not in the seconds until their
 * server listens, and not while it is killed and started again. Below the range from which systems take the ports of
 * outgoing connections (32768 on Linux).
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(20_000, 32_000);
    if (claim(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

const claims = join(tmpdir(), `tributary-${process.getuid?.() ?? 0}-ports`);
const claimed = new Set<string>();

/** One file per port, which names the process that has it. That of a process that is gone does not count. */
function claim(port: number): boolean {
  const file = join(claims, String(port));
  if (claimed.has(file)) return false;
  if (claimed.size === 0) process.once('exit', () => claimed.forEach((path) => rmSync(path, { force: true })));
  mkdirSync(claims, { recursive: true });
  try {
    if (!isRunning(holderOf(file))) rmSync(file, { force: true });
    writeFileSync(file, identify(process.pid) ?? '', { flag: 'wx' });
  } catch {
    return false; // somebody has it, or was faster
  }
  claimed.add(file);
  return true;
}

function holderOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

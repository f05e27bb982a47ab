import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readlinkSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
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

/**
 * One symbolic link per port, which names the process that has it: unlike a file it never exists without its content.
 * That of a process that is gone does not count.
 */
function claim(port: number): boolean {
  const link = join(claims, String(port));
  if (claimed.has(link)) return false;
  if (claimed.size === 0) {
    removeDeadClaims();
    process.once('exit', giveBack);
  }
  try {
    mkdirSync(claims, { recursive: true });
    removeIfDead(link);
    symlinkSync(identify(process.pid) ?? '', link);
  } catch {
    return false; // another process has it, or was faster
  }
  claimed.add(link);
  return true;
}

/** Those of processes that were killed and could not give them back. */
export function removeDeadClaims(): void {
  const links = existsSync(claims) ? readdirSync(claims) : [];
  for (const port of links) removeIfDead(join(claims, port));
  removeClaimsFolderIfEmpty();
}

function removeIfDead(link: string): void {
  const holder = holderOf(link);
  // Asking takes a moment in which another process may have taken the port.
  if (!isRunning(holder) && holderOf(link) === holder) rmSync(link, { force: true });
}

function holderOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

function giveBack(): void {
  for (const link of claimed) rmSync(link, { force: true });
  removeClaimsFolderIfEmpty();
}

function removeClaimsFolderIfEmpty(): void {
  try {
    rmdirSync(claims); // refuses while others have ports
  } catch {
    // the next claim uses it
  }
}

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, plainEnvironment } from './command.ts';
import { withLock } from './lock.mjs';
import { cacheFolder } from './places.ts';

export interface Unpacking {
  /** The package whose version names the folder. */
  package: string;
  /** Which packages of its dependencies to unpack even if the machine has them. Others only where it lacks them. */
  always: RegExp;
  /** Dependencies that running the program does not need: never unpacked. */
  never: RegExp;
  /** Last touches before the folder gets its name. */
  finish?: (root: string) => Promise<void> | void;
  onProgress: (line: string) => void;
}

/**
 * Debian packages unpacked into the cache folder: no root, nothing installed, no service started, the system's own
 * package lists neither needed nor touched. The folder appears under its name only when it is complete.
 */
export async function unpackedPackages(what: Unpacking): Promise<string> {
  const cache = cacheFolder();
  const suffix = `-${await distribution()}`;
  const find = () => readdirSync(cache).filter((name) => name.startsWith(`${what.package}-`) && name.endsWith(suffix));
  const newest = () =>
    find()
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .at(-1);
  const lock = join(cache, `.${what.package}.lock`);
  const waiting = (pid: number) => what.onProgress(`another run (pid ${pid}) is unpacking ${what.package}: waiting`);
  if (!newest()) await withLock(lock, waiting, async () => newest() ?? (await unpack(what, cache, suffix)));
  return join(cache, newest() ?? '');
}

export function isDebian(): boolean {
  return existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg');
}

async function unpack(what: Unpacking, cache: string, suffix: string): Promise<void> {
  for (const left of readdirSync(cache).filter((name) => name.startsWith(`.unpacking-${what.package}-`))) {
    rmSync(join(cache, left), { recursive: true, force: true }); // of a run that was killed: we hold the lock
  }
  const work = mkdtempSync(join(cache, `.unpacking-${what.package}-`));
  try {
    what.onProgress(`${what.package} is not on this machine: fetching Debian's packages (only this once)`);
    const apt = aptFolders(work);
    await command('apt-get', [...apt, 'update', '-qq'], { env: aptEnvironment() });
    const wanted = await choose(what, apt);
    what.onProgress(`downloading ${wanted.length} packages`);
    const debs = join(work, 'debs');
    mkdirSync(debs);
    const names = wanted.map(({ name, version }) => `${name}=${version}`);
    await command('apt-get', [...apt, 'download', '-qq', ...names], { cwd: debs, env: aptEnvironment() });
    const root = join(work, 'root');
    for (const deb of readdirSync(debs)) await command('dpkg', ['-x', join(debs, deb), root]);
    await what.finish?.(root);
    const version = wanted
      .find(({ name }) => name === what.package)
      ?.version.replace(/^\d+:/, '')
      .split(/[-+~]/)[0];
    renameSync(root, join(cache, `${what.package}-${version}${suffix}`));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Lists, cache and package status of our own: works with empty lists and without root. */
function aptFolders(work: string): string[] {
  mkdirSync(join(work, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(work, 'cache', 'archives', 'partial'), { recursive: true });
  // An empty status makes apt name every dependency; which of them the machine already has is decided by `choose`.
  writeFileSync(join(work, 'status'), '');
  const options = {
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::State::status': join(work, 'status'),
    'Dir::Cache': join(work, 'cache'),
    'Debug::NoLocking': '1',
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': '', // the sandbox user may not write below a private home
  };
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

async function choose(what: Unpacking, apt: string[]): Promise<{ name: string; version: string }[]> {
  const plan = await command('apt-get', [...apt, '-s', 'install', '--no-install-recommends', what.package], {
    env: aptEnvironment(),
  });
  const all = [...plan.matchAll(/^Inst (\S+) \((\S+)/gm)].map(([, name = '', version = '']) => ({ name, version }));
  const status = await command('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Abbrev}\n'], {
    env: aptEnvironment(),
  });
  const present = new Set([...status.matchAll(/^(\S+) ii/gm)].map(([, name]) => name));
  return all.filter(({ name }) => what.always.test(name) || (!present.has(name) && !what.never.test(name)));
}

async function distribution(): Promise<string> {
  const architecture = (await command('dpkg', ['--print-architecture'])).trim();
  const release = await command('sh', ['-c', '. /etc/os-release && echo "$ID$VERSION_ID"']);
  return `${release.trim()}-${architecture}`;
}

function aptEnvironment(): Record<string, string> {
  return { ...plainEnvironment(), LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
}

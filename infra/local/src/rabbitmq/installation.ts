import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainEnvironment } from '../machine/command.ts';
import type { RunFolder } from '../stack/run-folder.ts';
import { isDebian, unpackedPackages } from '../machine/debian-packages.ts';
import { brokerImage, chosenImage } from './image.ts';

/** Where RabbitMQ comes from on this machine. */
export interface Installation {
  /** In words, for the progress lines. */
  what: string;
  /** The server's start script; undefined when Docker runs it. */
  server?: string;
  /** The folder that contains the `epmd` matching the server's Erlang. */
  epmd?: string;
  /** What its processes need in their environment to be found. */
  env: Record<string, string>;
}

export async function findRabbitMq(run: RunFolder, onProgress: (line: string) => void): Promise<Installation> {
  if (chosenImage) return fromDocker() ?? noDocker(chosenImage);
  return (
    onThisMachine() ?? (isDebian() ? await fromDebianPackages(run, onProgress) : undefined) ?? fromDocker() ?? nowhere()
  );
}

/** Debian's /usr/sbin/rabbitmq-server insists on the system user of the service: the script behind it does not. */
function onThisMachine(): Installation | undefined {
  const places = ['/usr/lib/rabbitmq/lib', '/usr/local/lib/rabbitmq/lib'];
  const inPlaces = places.filter((place) => existsSync(place)).flatMap((place) => serversBelow(place));
  const path = [...(process.env['PATH'] ?? '').split(':'), '/opt/homebrew/sbin', '/usr/local/sbin'];
  const inPath = path.map((folder) => join(folder, 'rabbitmq-server')).filter((file) => existsSync(file));
  const server = [...inPlaces, ...inPath.filter((file) => !/script-wrapper/.test(realpathSync(file)))][0];
  const erl = server && which('erl');
  if (!server || !erl) return undefined;
  const root = execFileSync(erl, ['-noinput', '-eval', 'io:format("~s",[code:root_dir()]),halt().'], {
    encoding: 'utf8',
    env: plainEnvironment(),
  });
  return { what: `found at ${server}`, server, epmd: ertsBin(root), env: {} };
}

async function fromDebianPackages(run: RunFolder, onProgress: (line: string) => void): Promise<Installation> {
  const unpacked = await unpackedPackages({
    package: 'rabbitmq-server',
    always: /^(erlang|rabbitmq)/,
    never: /^(?!lib)|^lib(perl|python|pam|semanage|audit)|-perl$/, // only libraries that the virtual machine links
    finish: letErlangMove,
    onProgress,
  });
  const root = withoutSpaces(unpacked, run);
  const erlang = join(root, 'usr/lib/erlang');
  const libraries = ['usr/lib', 'lib']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('-linux-gnu'))
        .map((name) => join(folder, name)),
    );
  const [server] = serversBelow(join(root, 'usr/lib/rabbitmq/lib'));
  if (!server) throw new Error(`no RabbitMQ server in ${root}: remove that folder and try again`);
  const env: Record<string, string> = { ERL_ROOTDIR: erlang, PATH: `${erlang}/bin:${process.env['PATH']}` };
  if (libraries.length) env['LD_LIBRARY_PATH'] = libraries.join(':');
  return { what: `unpacked in ${unpacked}`, server, epmd: ertsBin(erlang), env };
}

/** RabbitMQ's scripts do not quote their own path: a cache folder with a space in it gets a name without one. */
function withoutSpaces(root: string, run: RunFolder): string {
  if (!/\s/.test(root)) return root;
  const link = join(run.path, 'rabbitmq-installation');
  symlinkSync(root, link);
  return link;
}

/** Debian's start scripts know only /usr/lib/erlang; ERL_ROOTDIR moves it, as in upstream's. */
function letErlangMove(root: string): void {
  const erlang = join(root, 'usr/lib/erlang');
  for (const script of ['erl', 'start']) {
    const file = join(erlang, 'bin', script);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/ROOTDIR=\/usr\/lib\/erlang\b/g, 'ROOTDIR="${ERL_ROOTDIR:-/usr/lib/erlang}"'));
  }
}

function fromDocker(): Installation | undefined {
  try {
    execFileSync('docker', ['version', '--format', '{{.Server.Version}}'], { stdio: 'ignore', timeout: 10_000 });
    return { what: `in Docker (${brokerImage})`, env: {} };
  } catch {
    return undefined;
  }
}

function noDocker(image: string): never {
  throw new Error(`RABBITMQ_IMAGE is ${image}, and no Docker engine answers: start Docker, or unset the variable.`);
}

function nowhere(): never {
  const install =
    process.platform === 'darwin'
      ? 'brew install rabbitmq'
      : which('dnf')
        ? 'sudo dnf install rabbitmq-server'
        : 'the package "rabbitmq-server" of your system, or Docker';
  throw new Error(
    `RabbitMQ is not on this machine. Install it and run this again (no service is needed):\n  ${install}`,
  );
}

function serversBelow(place: string): string[] {
  const versions = readdirSync(place)
    .filter((name) => name.startsWith('rabbitmq_server-'))
    .sort()
    .reverse();
  return versions.map((name) => join(place, name, 'sbin/rabbitmq-server')).filter((file) => existsSync(file));
}

function ertsBin(erlang: string): string {
  const erts = readdirSync(erlang).find((name) => name.startsWith('erts-'));
  if (!erts) throw new Error(`no Erlang run-time system in ${erlang}`);
  return join(erlang, erts, 'bin');
}

function which(file: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/opt/homebrew/bin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, file)).find((candidate) => existsSync(candidate));
}

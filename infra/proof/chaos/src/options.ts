import { readArguments } from '@tributary/local';

/** What the command line asks for. */
export interface Options {
  seed: number;
  compose: boolean;
  /** Nodes of the broker: three where a scenario kills one of them. */
  cluster: boolean;
  scenarios: string[];
  soakMs?: number;
  list: boolean;
  help: boolean;
  crashPoints: boolean;
  /** Of the crash points: this service's. */
  only?: string;
  /** The guarantee to run without. */
  without?: string;
  versusHttp: boolean;
  /** So many facts wait for a service that is down. */
  backlog?: number;
}

export const HELP = `npm run chaos                        kills processes, broker and database while people sign up, and holds everything that exists
                                     in the end against what was accepted: about two minutes, exit code 0 when lost 0, doubled 0
npm run chaos -- --scenario NAME     this one; several times for several
npm run chaos -- --list              every scenario, and what it does
npm run chaos -- --seed N            the same people, scenarios, order and moments as the run that printed N
npm run chaos -- --soak 15m          scenario after scenario for so long (s, m, h), with a steady stream of signups
npm run chaos -- --cluster           with a broker of three nodes
npm run chaos -- --compose           in containers, from docker-compose.yml

npm run chaos -- --crash-points [--only email]   a process is killed before and after every call it makes to database, broker and mail server
npm run chaos -- --without GUARANTEE             what is lost or doubled when a guarantee is removed; "all" for each of them, one after the other
npm run chaos -- --versus-http                   the same four services as a chain of HTTP calls, side by side
npm run chaos -- --backlog 100000                so many facts wait for a service that is down: memory, and how fast they are worked off
npm run chaos -- --help`;

/** @throws Error that says what is wrong, and what there is */
export function readOptions(args: string[]): Options {
  const values = readArguments(args, OPTIONS, HELP);
  const seed = values.seed === undefined ? Date.now() % 100_000 : Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0 || seed > MOST)
    wrong(`--seed is a whole number from 0 to ${MOST}, not "${values.seed}"`);
  if (values.only !== undefined && !values['crash-points']) wrong('--only belongs to --crash-points');
  const ways = (['crash-points', 'versus-http', 'without', 'backlog', 'soak', 'scenario'] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (ways.length > 1) wrong(`--${ways[0]} and --${ways[1]} are two different runs`);
  return {
    seed,
    compose: values.compose ?? false,
    cluster: values.cluster ?? false,
    scenarios: values.scenario ?? [],
    soakMs: values.soak === undefined ? undefined : duration(values.soak),
    list: values.list ?? false,
    help: values.help ?? false,
    crashPoints: values['crash-points'] ?? false,
    only: values.only,
    without: values.without,
    versusHttp: values['versus-http'] ?? false,
    backlog: values.backlog === undefined ? undefined : facts(values.backlog),
  };
}

/** A thousand mixes are named after each seed, and the mix takes 32 bits. */
const MOST = 4_000_000;

const OPTIONS = {
  seed: { type: 'string' },
  scenario: { type: 'string', multiple: true },
  soak: { type: 'string' },
  list: { type: 'boolean' },
  cluster: { type: 'boolean' },
  compose: { type: 'boolean' },
  'crash-points': { type: 'boolean' },
  only: { type: 'string' },
  without: { type: 'string' },
  'versus-http': { type: 'boolean' },
  backlog: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 };

function duration(text: string): number {
  const [, figure, unit] = /^(\d+)([smh])$/.exec(text) ?? [];
  if (!figure || !unit || Number(figure) === 0)
    return wrong(`--soak takes a duration such as 90s, 15m or 1h, not "${text}"`);
  return Number(figure) * UNITS[unit as keyof typeof UNITS];
}

function facts(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1_000)
    return wrong(`--backlog is how many facts wait, from 1000, not "${text}"`);
  return count;
}

function wrong(problem: string): never {
  throw new Error(`${problem}.\n\n${HELP}`);
}

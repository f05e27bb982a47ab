import type { ProcessStatus, StackUrls } from '../stack/stack.ts';
import type { Colour, Terminal } from './terminal.ts';

/** The keys beside the processes, in their order. Letters with another meaning are left out. */
const KEYS = '123456789abcdefghijklmnop';

export function processKey(names: readonly string[], key: string): string | undefined {
  const index = key === '' ? -1 : KEYS.indexOf(key);
  return names[index];
}

/** The key of a process; empty for one beyond the last key. */
export function keyOf(names: readonly string[], name: string): string {
  return KEYS[names.indexOf(name)] ?? '';
}

const SHOWN = { down: 'DOWN' } as Partial<Record<ProcessStatus['state'], string>>;
const COLOURS: Partial<Record<ProcessStatus['state'], Colour>> = { up: 'green', down: 'red', stopped: 'red' };

/** One line per process, not wider than 60 columns where the terminal is narrower than 80. */
export function statusTable(processes: readonly ProcessStatus[], { columns, paint }: Terminal): string {
  const isWide = columns >= 80;
  const names = processes.map(({ name }) => name);
  const width = Math.max(...names.map(({ length }) => length));
  const rows = processes.flatMap((process) => {
    const { name, state, problem } = process;
    const key = ` ${isWide ? ' ' : ''}${keyOf(names, name).padEnd(1)}`;
    const shown = paint(COLOURS[state] ?? 'yellow', (SHOWN[state] ?? state).padEnd(9));
    const rest = isWide
      ? `  ${detail(process).padEnd(16)} ${duration(process.forMs).padStart(12)}`
      : `${shortDetail(process).padStart(8)} ${shortDuration(process.forMs).padStart(7)}`;
    return [
      `${key}  ${name.padEnd(width)}  ${shown}${rest}`,
      ...(problem ? [`${' '.repeat(key.length + 4)}${problem}`] : []),
    ];
  });
  return rows.join('\n');
}

/** What has just become of a process, as one sentence. */
export function changeLine(
  { name, state, pid, ended, problem }: ProcessStatus,
  key: string,
  terminal: Terminal,
): string {
  const shown = terminal.paint(COLOURS[state] ?? 'yellow', SHOWN[state] ?? state);
  const why = state === 'down' ? ` (${howItEnded(ended)})` : problem ? `: ${problem}` : '';
  const next = key && (state === 'down' || state === 'stopped') ? `: ${key} starts it` : '';
  return `  ${name} ${shown}${why}${state === 'up' && pid ? `, pid ${pid}` : ''}${next}`;
}

function detail({ state, pid, ended }: ProcessStatus): string {
  return state === 'down' ? (ended ?? '') : pid ? `pid ${pid}` : '';
}

function shortDetail({ state, pid, ended }: ProcessStatus): string {
  return state === 'down' ? howItEnded(ended) : String(pid ?? '');
}

/** `SIGKILL`, `code 1`, or the error that kept it from starting. */
const howItEnded = (ended = '') => ended.replace(/^ended (by|with) /, '');

export function duration(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

function shortDuration(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  return ms < 3_600_000 ? `${Math.floor(ms / 60_000)} min` : `${Math.floor(ms / 3_600_000)} h`;
}

/** Every page, and the login that one of them asks for. */
export function pages({ services, mail, management }: StackUrls): string {
  const broker = management ? new URL(management) : undefined;
  const rows: [string, string | undefined][] = [
    ['Sign up', services['signup']],
    ['What happened', services['analytics']],
    ['Mails', mail],
    ['RabbitMQ', broker?.origin],
    [
      'RabbitMQ login',
      broker && `${decodeURIComponent(broker.username)}, password ${decodeURIComponent(broker.password)}`,
    ],
  ];
  const shown = rows.filter(([, address]) => address);
  return shown.map(([page, address]) => `  ${page.padEnd(14)}  ${address}`).join('\n');
}

/** The first thing to read when everything is up. */
export function welcome(urls: StackUrls, seconds: number, { paint }: Terminal): string {
  const [first = '', ...others] = pages(urls).split('\n');
  return `
${paint('green', `Ready in ${seconds.toFixed(0)} s.`)} Open this page, and sign up:

${paint('bold', first)}

Then see what came of it:

${others.join('\n')}
`;
}

/** Commands to copy into a shell. The bodies have line breaks where JSON may have some, so that no terminal breaks them. */
export function examples({ services }: StackUrls): string {
  const signups = `${services['signup']}/signups`;
  const json = `-H 'content-type: application/json'`;
  const token = `-H 'authorization: Bearer MANAGE_TOKEN'`;
  const signUp = (email: string, displayName: string, workspaceName: string) =>
    `  curl -i ${signups} \\
    ${json} \\
    -d '{"email": "${email}",
         "displayName": "${displayName}",
         "workspaceName": "${workspaceName}"}'`;
  return `
Sign up from a shell:

${signUp('ada@example.com', 'Ada Lovelace', 'Engines')}

A reserved name:

${signUp('grace@example.com', 'Grace Hopper', 'admin')}

Then, with the id and the manage token of the answer,
another name, or a withdrawal:

  curl -i -X PUT \\
    ${signups}/ID/workspace-name \\
    ${token} \\
    ${json} \\
    -d '{"workspaceName": "Compilers"}'

  curl -i -X DELETE ${signups}/ID \\
    ${token}
`;
}

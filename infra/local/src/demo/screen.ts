import type { ProcessStatus, Stack } from '../stack/stack.ts';

/** The keys beside the processes, in their order. Letters with another meaning are left out. */
const KEYS = '123456789abcdefghijklmnop';

export function processKey(names: string[], key: string): string | undefined {
  const index = key === '' ? -1 : KEYS.indexOf(key);
  return names[index];
}

export function statusTable(stack: Stack): string[] {
  return stack.status().map((process, index) => `  ${KEYS[index] ?? ' '}  ${statusLine(process)}`);
}

export function statusLine({ name, state, pid, ended, forMs }: ProcessStatus): string {
  const shown = state === 'down' ? `DOWN  ${ended}` : `${state.padEnd(8)} ${pid ? `pid ${pid}` : ''}`.padEnd(22);
  return `${name.padEnd(28)} ${shown}  ${duration(forMs)}`;
}

export function duration(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export function welcome(stack: Stack): string {
  const { services, mail, management } = stack.urls;
  const [, user, password] = /\/\/([^:]+):([^@]+)@/.exec(management) ?? [];
  const page = management.replace(/\/\/.*@/, '//');
  const signups = `${services['signup']}/signups`;
  const json = `-H 'content-type: application/json'`;
  const token = `-H 'authorization: Bearer MANAGE_TOKEN'`;
  const body = (email: string, displayName: string, workspaceName: string) =>
    JSON.stringify({ email, displayName, workspaceName });
  return `
  Sign up             ${services['signup']}
  What happened       ${services['analytics']}
  Mails               ${mail}
  RabbitMQ            ${page}   (user ${user}, password ${password})

  curl -i ${signups} ${json} \\
    -d '${body('ada@example.com', 'Ada Lovelace', 'Engines')}'

  A reserved name; then, with the id and the manage token of the answer, another name; and a withdrawal:

  curl -i ${signups} ${json} \\
    -d '${body('grace@example.com', 'Grace Hopper', 'admin')}'
  curl -i -X PUT ${signups}/ID/workspace-name ${token} ${json} \\
    -d '${JSON.stringify({ workspaceName: 'Compilers' })}'
  curl -i -X DELETE ${signups}/ID ${token}
`;
}

export const keyHelp = `  Press the key of a process to kill it (SIGKILL), again to start it. s status · t last trace · Ctrl-C stops everything.
  From another terminal: npm run demo -- start email   (also stop, restart, kill, logs, status, catch-up)`;

import { table } from '@tributary/local';
import type { Topology } from '../world.ts';
import type { Attempt } from './attempt.ts';
import { brokerAttempts } from './broker-attempts.ts';
import { databaseAttempts } from './database-attempts.ts';
import { loginAttempts } from './login-attempts.ts';

/** Its path in the repository. */
export const PAGE = 'docs/least-privilege.md';

/** The matrix of everything that is tried, and what has to become of it. */
export function leastPrivilegePage(topologies: readonly Topology[]): string {
  return `# What each service's logins may do

_Written by \`npm run compose:check\` (infra/proof/compose), which tries every cell of it with the logins of the running stack: a number says in how many ways. A test
compares this page with what the check would try now._

Every service has one broker user and one database login. \`setup\` alone has more, and runs before the service. The broker's rights are made from what the handlers say
(\`topology\` prints them, for [any vhost](operations.md#broker-database-and-mail-server-of-your-own); [definitions.json](../infra/rabbitmq/definitions.json) has them for \`/\`, written by
\`npm run docs\`), the database's by \`setup\` ([grants.ts](../libs/service-defaults/src/grants.ts)).

## On the broker

${matrix(topologies, brokerAttempts)}

## In its database

${matrix(topologies, databaseAttempts)}

## With its passwords

${matrix(topologies, loginAttempts)}
`;
}

function matrix(
  topologies: readonly Topology[],
  attemptsOf: (self: Topology, all: readonly Topology[]) => Attempt<never>[],
): string {
  const attempts = topologies.map((topology) => attemptsOf(topology, topologies));
  const rows = [...new Set(attempts.flat().map(({ what }) => what))];
  return table([
    ['tries to', ...topologies.map(({ service }) => service)],
    ...rows.map((what) => [what, ...attempts.map((own) => cell(own, what))]),
  ]);
}

function cell(attempts: readonly Attempt<never>[], what: string): string {
  const [first, ...more] = attempts.filter((attempt) => attempt.what === what);
  if (!first) return '–';
  return first.may ? 'may' : `refused (${more.length + 1})`;
}

import type { Guarantee } from './guarantee.ts';

const OUTBOX = 'libs/outbox/src/outbox.ts';
const INBOX = 'libs/outbox/src/inbox.ts';
const RELAY = 'libs/outbox/src/relay-loop.ts';
const PLAN = 'apps/workspace-provisioning/src/provision-workspace/plan-workspace.ts';
const TABLES = 'apps/workspace-provisioning/prisma/migrations/20261123000000_workspaces/migration.sql';
const MAILER = 'apps/email/src/mail/mailer.ts';

const CLAIM =
  'const claimed = await tx.$executeRawUnsafe(CLAIM_IN_INBOX, this.#consumer, event.id, contentHash(event));';

/** What makes a fact and its effect happen once: the pattern itself. */
export const effectGuarantees: Guarantee[] = [
  {
    name: 'outbox',
    isFor: 'State and fact are one commit: what was accepted is stated, also when the broker is away.',
    removes: 'Facts are published directly after the commit, from the request.',
    edits: [
      {
        file: OUTBOX,
        find: "import type { Nudge } from './nudge.ts';\n",
        put: `import type { Nudge } from './nudge.ts';
import { EVENTS_EXCHANGE, Publisher } from '@tributary/messaging';
const facts = new WeakMap<object, Event[]>();
let publisher: Publisher | undefined;
let connected: Promise<void> | undefined;
async function publish(event: Event): Promise<void> {
  publisher ??= new Publisher({ url: process.env['AMQP_URL'] ?? '', name: 'from the request' });
  await (connected ??= publisher.connect());
  const { id: messageId, type } = event;
  const body = Buffer.from(JSON.stringify(event));
  const contentType = 'application/cloudevents+json';
  await publisher.publish({ exchange: EVENTS_EXCHANGE, routingKey: type, body, messageId, type, contentType });
}
`,
      },
      {
        file: OUTBOX,
        find: '    if (events.length === 0) return;\n',
        put: `    if (events.length === 0) return;
    if (facts.has(tx)) return void facts.get(tx)?.push(...events);
`,
      },
      {
        file: OUTBOX,
        find: '    const result = await this.#database.$transaction(work, TRANSACTION);\n',
        put: `    const stated: Event[] = [];
    const result = await this.#database.$transaction((tx) => (facts.set(tx, stated), work(tx)), TRANSACTION);
    for (const event of stated) void publish(event).catch(() => undefined);
`,
      },
    ],
    missed: { situation: 'broker-dies', as: 'lost' },
  },
  {
    name: 'delete-after-confirm',
    isFor: 'A fact leaves the outbox when the broker has it safe, and not before.',
    removes: 'The row is deleted when it is published, without waiting for the confirm.',
    edits: [
      {
        file: RELAY,
        find: '  const { confirmed, failed, suspects } = await publishRows(',
        put: `  await connection.query(DELETE_CONFIRMED, [rows.map((row) => row.event_id)]);
  await connection.query('COMMIT');
  await connection.query('BEGIN');
  const { confirmed, failed, suspects } = await publishRows(`,
      },
    ],
    missed: { situation: 'broker-dies', as: 'lost' },
  },
  {
    name: 'inbox',
    isFor: 'A fact that comes twice has its effect once.',
    removes:
      'No handler remembers what it has handled, and nothing else stands behind that: no natural key, no look at the state.',
    edits: [
      { file: INBOX, find: CLAIM, put: 'const claimed: number = 1;' },
      {
        file: PLAN,
        find: 'if (person.withdrawn || person.workspaceId || attempt <= person.attempt)',
        put: 'if (person.withdrawn)',
      },
      {
        file: TABLES,
        find: 'CREATE UNIQUE INDEX "workspaces_owner_id_key"',
        put: 'CREATE INDEX "workspaces_owner_id_key"',
      },
    ],
    missed: { situation: 'published-twice', as: 'doubled' },
  },
  {
    name: 'inbox-in-the-transaction',
    isFor: 'The note that a fact was handled and the effect of handling it are one commit.',
    removes: 'The fact is noted as handled in a transaction of its own, before the work.',
    edits: [
      {
        file: INBOX,
        find: `    return this.#outbox.transaction(async (tx) => {
      ${CLAIM}
`,
        put: `    const claimed = await this.#outbox.transaction((tx) =>
      tx.$executeRawUnsafe(CLAIM_IN_INBOX, this.#consumer, event.id, contentHash(event)),
    );
    return this.#outbox.transaction(async (tx) => {
`,
      },
    ],
    missed: { situation: 'killed-halfway', as: 'lost' },
  },
  {
    name: 'message-id',
    isFor: 'A mail that had to be sent once more is the same mail to a mail program.',
    removes: 'Every attempt has a Message-ID of its own, as mail libraries make it.',
    edits: [
      {
        file: MAILER,
        find: '        messageId,\n        headers:',
        put: "        messageId: messageId.replace('@', `.${Date.now()}@`),\n        headers:",
      },
    ],
    missed: { situation: 'answer-cut-off', as: 'doubled' },
  },
];

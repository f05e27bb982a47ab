import type { RunRecord } from './record.ts';

const clean = { lost: 0, doubled: 0, unexpected: 0, extraCopies: 0, lines: [] };

/** A minute in which email was killed once and stopped answering once. */
export function exampleRecord(): RunRecord {
  const samples = Array.from({ length: 61 }, (_, second) => {
    const down = second >= 20 && second < 30;
    return {
      atMs: second * 1000,
      accepted: second * 50,
      completed: down ? 950 : Math.max(second - 1, 0) * 50,
      backlog: {
        'email.user.signed-up.v1': down ? (second - 19) * 50 : 0,
        'signup.mail.sent.v1': second === 31 ? 120 : 0,
      },
      unpublished: { signup: second % 5, email: 0 },
    };
  });
  return {
    seed: 7,
    beganAt: '2026-11-23T12:00:00.000Z',
    target: 'processes',
    command: 'npm run chaos -- --seed 7',
    versions: { RabbitMQ: '3.10.8', PostgreSQL: '18.4' },
    samples,
    marks: [
      { fromMs: 12_000, what: 'SIGKILL signup-relay' },
      { fromMs: 20_000, toMs: 30_000, what: 'SIGKILL email' },
    ],
    scenarios: [
      {
        name: 'kill-relay',
        expected: 'Facts wait in the outbox.',
        fromMs: 10_000,
        toMs: 18_000,
        verdict: { ...clean, accepted: 400 },
      },
      {
        name: 'kill-email',
        expected: 'Facts wait on the queue.',
        fromMs: 18_000,
        toMs: 40_000,
        verdict: { ...clean, accepted: 1100, extraCopies: 1 },
      },
    ],
    total: { ...clean, accepted: 3000, extraCopies: 1, refused: 12, repeats: { 503: 3 } },
  };
}

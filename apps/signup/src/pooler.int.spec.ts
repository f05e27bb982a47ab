import { pgBouncer, testPgBouncer } from '@tributary/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { signupSystem } from './signup-app.fixture.ts';

jest.setTimeout(60_000);

const AT_ONCE = 40;

// npm test fetches it on Debian, and says so where it was not found.
(testPgBouncer() ? describe : describe.skip)('behind PgBouncer', () => {
  it.each(['session', 'transaction'] as const)(
    'signups at once are accepted in %s mode, at the right time',
    async (mode) => {
      await using system = await signupSystem();
      const { url } = system.database;
      await using behind = await pgBouncer(mode, url);
      const direct = mode === 'transaction' ? { SESSION_DATABASE_URL: url } : undefined;
      const replica = await system.start({ DATABASE_URL: behind.through(url), ...direct });
      const began = new Date();
      const statuses = await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, index) => {
          const answer = await replica.post({
            email: `${index}@example.com`,
            displayName: 'Ada',
            workspaceName: 'Engines',
          });
          await answer.text();
          return answer.status;
        }),
      );
      expect(statuses).toEqual(Array(AT_ONCE).fill(202));
      const [times] = await system.prisma.$queryRaw<unknown[]>`
      SELECT count(*)::int AS signups, bool_and(signed_up_at BETWEEN ${began.toISOString()}::timestamptz AND now()) AS in_time
      FROM users`;
      expect(times).toEqual({ signups: AT_ONCE, in_time: true });
      await replica.close(); // before what it is connected to
    },
  );
});

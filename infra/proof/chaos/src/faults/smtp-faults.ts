import { eventually, type SmtpBehaviour, type SmtpGreeting, type SmtpSink } from '@tributary/testing';
import type { Fault } from '../run/fault.ts';
import type { Target } from '../run/target.ts';

const WITHIN = { timeoutMs: 30_000 };

/** Every mail meets this. Seen: at least one did. */
export const mailsMeet = (what: string, behaviour: SmtpBehaviour): Fault => ({
  what: `the mail server ${what}`,
  async begin(target) {
    const smtp = ours(target);
    const met = new Map<string, number>();
    smtp.behave((recipient) => {
      met.set(recipient, (met.get(recipient) ?? 0) + 1);
      return behaviour;
    });
    const end = async () => {
      smtp.behave({});
      // Taken, and email cannot know: each such meeting may leave one more copy of that mail.
      if (leavesDoubt(behaviour)) target.crashes += Math.max(0, ...met.values());
    };
    try {
      await eventually(() => met.size > 0, WITHIN);
    } catch (error) {
      await end();
      throw error;
    }
    return end;
  },
});

/** Taken without an answer in time. */
const leavesDoubt = ({ drop, delayMs = 0 }: SmtpBehaviour) => drop === 'instead-of-250' || delayMs > 0;

/** Whoever connects meets this instead of a mail server. Seen: somebody did. Noted where they came in a hot loop. */
export const mailServerGone = (greeting: SmtpGreeting): Fault => ({
  what: `the mail server answers with ${greeting}`,
  async begin(target, note) {
    const smtp = ours(target);
    const [began, before] = [Date.now(), smtp.connections()];
    target.crashes += 1; // whatever was under way when the connections were lost
    smtp.greet(greeting);
    const end = async () => {
      const [attempts, mails] = [smtp.connections() - before, await mailsWaiting(target)];
      smtp.greet();
      const each = attemptsWithin(Date.now() - began, await retryDelays(target));
      // A connection that was open may be lost under an attempt, which then takes another one.
      const bound = 2 * each * mails;
      if (attempts > bound) {
        note(`${attempts} connections were tried for ${mails} mails: more than ${each} attempts each, a hot loop`);
      }
    };
    try {
      await eventually(() => smtp.connections() > before, WITHIN);
    } catch (error) {
      smtp.greet();
      throw error;
    }
    return end;
  },
});

/** Mails that were tried and not sent. */
async function mailsWaiting(target: Target): Promise<number> {
  const [row] = await target.query<{ count: number }>(
    'email',
    `SELECT count(*)::int FROM mails WHERE status NOT IN ('sent', 'suppressed')`,
  );
  return row?.count ?? 0;
}

/** The tiers through which a mail comes back, as the broker has them: 1,000, 5,000, 30,000 … ms. */
async function retryDelays({ broker }: Target): Promise<number[]> {
  const tiers = (await broker.queues()).filter(({ name }) => name.startsWith('email.retry.'));
  return tiers.map((queue) => Number(queue.arguments['x-message-ttl'])).sort((a, b) => a - b);
}

/** The first one at once, and one more after each tier. */
export function attemptsWithin(ms: number, delays: readonly number[]): number {
  let [attempts, at] = [1, 0];
  for (const delayMs of delays) {
    at += delayMs;
    if (at > ms) break;
    attempts += 1;
  }
  return attempts;
}

function ours({ smtp, kind }: Target): SmtpSink {
  if (!smtp) throw new Error(`the mail server of ${kind} cannot be told to misbehave`);
  return smtp;
}

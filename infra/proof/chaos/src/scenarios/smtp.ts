import { mailsMeet, mailServerGone } from '../faults/smtp-faults.ts';
import { unnoticed } from '../faults/what-signup-answers.ts';
import type { Scenario } from './scenario.ts';

// prettier-ignore
const all: Omit<Scenario, 'group' | 'needs'>[] = [
  { name: 'smtp-refuses-recipients', what: 'the mail server answers 451 to every recipient for 5 s', expected: 'each mail is sent once, later', steps: () => [{ at: [20, 60], do: mailsMeet('answers 451 to recipients', { rcpt: 451 }), for: 5 }] },
  { name: 'smtp-refuses-mails', what: 'the mail server answers 452 to every mail for 5 s', expected: 'each mail is sent once, later', steps: () => [{ at: [20, 60], do: mailsMeet('answers 452 to mails', { data: 452 }), for: 5 }], long: true },
  { name: 'smtp-refuses-everybody', what: 'the mail server greets with 554 for 5 s: about us, not about any mail', expected: 'no mail is called failed; each is sent once, later', steps: () => [{ at: [20, 60], do: mailServerGone('refusal'), for: 5 }] },
  { name: 'smtp-drops-before-250', what: 'the mail server loses every connection before its 250 for 4 s, without taking the mail', expected: 'each mail is sent once, later', steps: () => [{ at: [20, 60], do: mailsMeet('hangs up before its 250', { drop: 'before-250' }), for: 4 }], long: true },
  { name: 'smtp-drops-instead-of-250', what: 'the mail server takes every mail and loses the connection instead of its 250, for 4 s', expected: 'no mail is lost; one more copy per lost connection, same Message-ID', steps: () => [{ at: [20, 60], do: mailsMeet('hangs up instead of its 250', { drop: 'instead-of-250' }), for: 4 }] },
  { name: 'smtp-drops-after-250', what: 'the mail server loses every connection after its 250 for 4 s', expected: 'each mail is sent once', steps: () => [{ at: [20, 60], do: mailsMeet('hangs up after its 250', { drop: 'after-250' }), for: 4 }], long: true },
  { name: 'smtp-tarpit', what: 'the mail server takes 60 s for each answer, for 15 s', expected: 'signups stay 202; one more copy per attempt that nobody waited for', steps: () => [{ at: 20, do: unnoticed(mailsMeet('takes 60 s to answer', { delayMs: 60_000 })), for: 15 }], long: true },
  { name: 'smtp-garbage', what: 'the mail server greets with bytes that no protocol expects for 5 s', expected: 'each mail is sent once, later', steps: () => [{ at: [20, 60], do: mailServerGone('garbage'), for: 5 }], long: true },
  { name: 'smtp-silent', what: 'the mail server takes connections and says nothing for 12 s', expected: 'signups stay 202; each mail is sent once, later', steps: () => [{ at: 20, do: unnoticed(mailServerGone('silence')), for: 12 }], long: true },
  { name: 'smtp-down', what: 'the mail server resets every connection for 90 s while hundreds wait', expected: 'no hot loop, no dead letter; each mail is sent once, later', steps: () => [{ at: 10, do: mailServerGone('reset'), for: 90 }], people: 400, long: true },
];

export const smtp: Scenario[] = all.map((scenario) => ({ ...scenario, group: 'smtp', needs: 'processes' }));

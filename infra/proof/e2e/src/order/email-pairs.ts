import { type Pair, states } from './pair.ts';

const KNOWN = 'email.people: NAME, ADDRESS';
const FORGOTTEN = 'email.people: somebody who withdrew';
const sent = (count: number) => states('email', ...Array<string>(count).fill('mail.sent.v1'));

/** What email can hear the other way round. */
export const emailPairs: readonly Pair[] = [
  {
    service: 'email',
    first: 'signed-up',
    second: 'provisioned',
    because: 'Another queue: the signup waits behind others while the workspace is there already.',
    then: 'It does not know where to write yet: an ordinary error, tried again through the backoff tiers until the signup has brought the address.',
    end: [KNOWN, 'email.mails: welcome: sent', 'email.mails: workspace-ready: sent', ...sent(2)],
  },
  {
    service: 'email',
    first: 'signed-up-reserved',
    second: 'failed',
    because: 'Another queue, as above.',
    then: 'As above.',
    end: [KNOWN, 'email.mails: welcome: sent', 'email.mails: workspace-failed (attempt-1): sent', ...sent(2)],
  },
  {
    service: 'email',
    before: 'signed-up-reserved',
    first: 'failed',
    second: 'provisioned-2',
    because: 'Another queue: news of the second name overtake the mail about the first.',
    then: 'Both mails are sent: each has its own occasion, and its own promise.',
    end: [
      KNOWN,
      'email.mails: welcome: sent',
      'email.mails: workspace-failed (attempt-1): sent',
      'email.mails: workspace-ready: sent',
      ...sent(3),
    ],
  },
  {
    service: 'email',
    first: 'signed-up',
    second: 'withdrawn',
    because: 'Another queue: the signup waits behind others, or is tried again after an error.',
    then: 'The withdrawal leaves a row with the id and nothing else; the signup finds it, keeps no address and sends nothing.',
    end: [FORGOTTEN, 'email.mails: welcome: sent', ...states('email', 'mail.sent.v1', 'mail-address.forgotten.v1')],
    otherwise: [FORGOTTEN, 'email.mails: welcome: suppressed', ...states('email', 'mail-address.forgotten.v1')],
  },
  {
    service: 'email',
    before: 'signed-up',
    first: 'provisioned',
    second: 'withdrawn',
    because: 'Another queue, or an attempt that failed.',
    then: 'No mail about a workspace that is being removed.',
    end: [
      FORGOTTEN,
      'email.mails: welcome: sent',
      'email.mails: workspace-ready: sent',
      ...sent(2),
      ...states('email', 'mail-address.forgotten.v1'),
    ],
    otherwise: [
      FORGOTTEN,
      'email.mails: welcome: sent',
      'email.mails: workspace-ready: suppressed',
      ...states('email', 'mail.sent.v1', 'mail-address.forgotten.v1'),
    ],
  },
  {
    service: 'email',
    before: 'signed-up-reserved',
    first: 'failed',
    second: 'withdrawn',
    because: 'As above.',
    then: 'No mail that asks somebody who has left for another name.',
    end: [
      FORGOTTEN,
      'email.mails: welcome: sent',
      'email.mails: workspace-failed (attempt-1): sent',
      ...sent(2),
      ...states('email', 'mail-address.forgotten.v1'),
    ],
    otherwise: [
      FORGOTTEN,
      'email.mails: welcome: sent',
      'email.mails: workspace-failed (attempt-1): suppressed',
      ...states('email', 'mail.sent.v1', 'mail-address.forgotten.v1'),
    ],
  },
];

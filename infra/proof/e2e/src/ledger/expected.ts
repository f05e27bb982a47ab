import type { Entry, Expectation } from './entry.ts';
import type { Ledger, Signup } from './ledger.ts';
import { isReserved } from './names.ts';
import { factNamed, mailNamed, quoted } from './tables.ts';

export interface Circumstances {
  /**
   * Something that email needs was killed meanwhile: then a mail may be in the mailbox although email, which does not know any more
   * that it has sent it, finds the person withdrawn.
   */
  mailsCutOff?: boolean;
}

/** What must exist everywhere, and nothing else may: derived from what HTTP accepted, person by person. */
export function expectedOf({ accepted }: Ledger, { mailsCutOff = false }: Circumstances = {}): Expectation[] {
  return accepted.flatMap((signup) => {
    const outcomes = signup.names.map((name, index) => outcomeOf(signup, { name, attempt: index + 1 }, mailsCutOff));
    return [[signup.withdrawn ? withdrawal(signup) : onboarding(signup)], welcome(signup, mailsCutOff), ...outcomes];
  });
}

const SIGNED_UP = factNamed('user.signed-up.v1', 'signup');
const WITHDRAWN = factNamed('user.withdrawn.v1', 'signup');
const chosen = (attempt: number) => factNamed('workspace-name.chosen.v1', 'signup', { attempt });

/** Whoever stayed has an account, a workspace unless the last name was reserved, and nothing pending. */
function onboarding({ id, key, address, displayName, names }: Signup): Entry[] {
  const name = names.at(-1) ?? '';
  const failed = isReserved(name);
  const workspace = failed
    ? []
    : [
        { where: 'signup.onboarding_steps', whose: id, what: 'workspace-mail: done' },
        { where: 'workspace-provisioning.workspaces', whose: id, what: quoted(name) },
        { where: 'workspace-provisioning.memberships', whose: id, what: 'owner of their own workspace' },
        { where: 'workspace-provisioning.projects', whose: id, what: 'the project "First project"' },
      ];
  return [
    ...stated({ id, names }),
    {
      where: 'signup.users',
      whose: id,
      what: `${displayName}, ${address}, who wants ${quoted(name)} (name ${names.length})`,
    },
    { where: 'signup.idempotency_keys', whose: id, what: `the key ${key}` },
    { where: 'signup.onboarding_steps', whose: id, what: 'welcome-mail: done' },
    { where: 'signup.onboarding_steps', whose: id, what: `workspace: ${failed ? 'failed' : 'done'}` },
    { where: 'email.people', whose: id, what: `${displayName}, ${address}` },
    { where: 'workspace-provisioning.people', whose: id, what: `somebody, name ${names.length} dealt with` },
    ...workspace,
  ];
}

/** Of whoever withdrew only the id is left, and that everybody has undone their part. */
function withdrawal({ id, names }: Signup): Entry[] {
  const undone = [
    ['email', 'mail-address.forgotten.v1'],
    ['workspace-provisioning', 'workspace.removed.v1'],
  ] as const;
  return [
    ...stated({ id, names }),
    { where: 'signup.withdrawals', whose: id, what: 'a withdrawal' },
    { where: 'email.people', whose: id, what: 'somebody who withdrew' },
    { where: 'workspace-provisioning.people', whose: id, what: 'somebody who withdrew' },
    { where: 'analytics.facts', whose: id, what: WITHDRAWN },
    { where: 'analytics.journeys', whose: id, what: 'withdrawn' },
    ...undone.flatMap(([service, type]) => kept(id, service, WITHDRAWN, factNamed(type, service))),
  ];
}

/** What signup stated about anybody. */
function stated({ id, names }: Pick<Signup, 'id' | 'names'>): Entry[] {
  const facts = names.map((_, index) => (index === 0 ? SIGNED_UP : chosen(index + 1)));
  return [
    ...facts.map((what) => ({ where: 'analytics.facts', whose: id, what })),
    { where: 'analytics.journeys', whose: id, what: 'a journey' },
    { where: 'analytics.journeys', whose: id, what: 'signed_up' },
  ];
}

function welcome(signup: Signup, mailsCutOff: boolean): Expectation {
  const subject = `Welcome, ${signup.displayName}`;
  const welcomed = { where: 'analytics.journeys', whose: signup.id, what: 'welcomed' };
  const certain = !signup.withdrawn || signup.withdrawn === 'when-settled';
  return mail(signup, { kind: 'welcome', subject, cause: SIGNED_UP, more: [welcomed] }, { certain, mailsCutOff });
}

/** One name is either provisioned or refused; then a mail says so. */
function outcomeOf(
  signup: Signup,
  { name, attempt }: { name: string; attempt: number },
  mailsCutOff: boolean,
): Expectation {
  const { id, withdrawn, names } = signup;
  const failed = isReserved(name);
  const cause = attempt === 1 ? SIGNED_UP : chosen(attempt);
  const outcome = failed
    ? factNamed('workspace.provisioning-failed.v1', 'workspace-provisioning', { attempt, reason: 'name-reserved' })
    : factNamed('workspace.provisioned.v1', 'workspace-provisioning', { attempt });
  const reached = failed ? (attempt === 1 ? ['failed'] : []) : ['provisioned'];
  const known = [
    ...kept(id, 'workspace-provisioning', cause, outcome),
    ...reached.map((what) => ({ where: 'analytics.journeys', whose: id, what })),
  ];
  const letter = failed
    ? { kind: 'workspace-failed', occasion: `attempt-${attempt}`, subject: 'Your workspace needs another name' }
    : { kind: 'workspace-ready', subject: `Your workspace ${name} is ready` };
  // The page does not wait for the mail about a failure.
  const mailCertain = !withdrawn || (withdrawn === 'when-settled' && !failed);
  const mailed = mail(signup, { ...letter, cause: outcome }, { certain: mailCertain, mailsCutOff });
  // Another name was chosen, or they waited before they withdrew: they had been told.
  const certain = withdrawn !== 'at-once' || attempt < names.length;
  const ways = mailed.map((way) => [...known, ...way]);
  return certain ? ways : [...ways, [promise(id, 'workspace-provisioning', cause, 'waived')]];
}

interface Letter {
  kind: string;
  occasion?: string;
  subject: string;
  /** The fact that it is about. */
  cause: string;
  /** What else there is when it was sent. */
  more?: Entry[];
}

/** Sent, stated and in the mailbox; or, for somebody who has withdrawn, suppressed. */
function mail(
  { id, address }: Signup,
  letter: Letter,
  { certain, mailsCutOff }: { certain: boolean; mailsCutOff: boolean },
) {
  const { kind, occasion, subject, cause, more = [] } = letter;
  const row = (status: string) => ({
    where: 'email.mails',
    whose: id,
    what: `${mailNamed(kind, occasion)}: ${status}`,
  });
  const inTheMailbox = { where: 'mailbox', whose: id, what: `${subject} to ${address}` };
  const sent = [
    row('sent'),
    inTheMailbox,
    ...kept(id, 'email', cause, factNamed('mail.sent.v1', 'email', { kind })),
    ...more,
  ];
  const suppressed = [row('suppressed'), promise(id, 'email', cause, 'waived')];
  if (certain) return [sent];
  return mailsCutOff ? [sent, suppressed, [...suppressed, inTheMailbox]] : [sent, suppressed];
}

/** A service has stated what it promised to state. */
const kept = (whose: string, service: string, cause: string, fact: string): Entry[] => [
  { where: 'analytics.facts', whose, what: fact },
  promise(whose, service, cause, 'kept'),
];

const promise = (whose: string, service: string, cause: string, state: 'kept' | 'waived'): Entry => ({
  where: 'analytics.expectations',
  whose,
  what: `${service} on ${cause}: ${state}`,
});

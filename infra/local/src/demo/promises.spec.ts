import { describe, expect, it } from '@jest/globals';
import { createEvent, type Event, MailSent, ServiceJoined, UserSignedUp } from '@tributary/contracts';
import { hearings, joined, unkeptPromises } from './promises.ts';

const promise = { type: UserSignedUp.type, promises: [MailSent.type, 'mail.failed.v1'], withinMs: 60_000 };
const email = { service: 'email', readsLog: false, hears: [promise] };
const signup = { service: 'signup', readsLog: false, hears: [{ type: MailSent.type, promises: [] }] };
const signedUp = createEvent(UserSignedUp, UserSignedUp.example);
const mailSent = (cause: Event) => createEvent(MailSent, MailSent.example, cause);

describe('a promise', () => {
  it('is not kept until it is stated', () => {
    expect(unkeptPromises([email, signup], [signedUp])).toEqual([
      'mail.sent.v1 or mail.failed.v1 from email, promised for user.signed-up.v1',
    ]);
    expect(unkeptPromises([email, signup], [signedUp, mailSent(signedUp)])).toEqual([]);
  });

  it('is not kept by a fact with another cause, of another service or of another type', () => {
    const another = createEvent(UserSignedUp, UserSignedUp.example);
    const foreign = { ...mailSent(signedUp), source: '/signup' };
    const other = { ...mailSent(signedUp), type: 'mail.opened.v1' };
    expect(unkeptPromises([email], [signedUp, mailSent(another), foreign, other])).toHaveLength(1);
  });

  it('is owed for every fact it was made for', () => {
    const again = createEvent(UserSignedUp, UserSignedUp.example);
    expect(unkeptPromises([email], [signedUp, again, mailSent(again)])).toHaveLength(1);
  });
});

it('a service is what it said of itself last', () => {
  const facts = [email, signup, { ...email, hears: [] }].map((data) => createEvent(ServiceJoined, data));
  expect([...joined([signedUp, ...facts]).values()]).toEqual([{ ...email, hears: [] }, signup]);
});

it('a fact counts once for everybody who hears it, be it in the log', () => {
  const analytics = { service: 'analytics', readsLog: true, hears: [] };
  expect(hearings([email, signup], [signedUp, mailSent(signedUp)])).toBe(2);
  expect(hearings([email, signup, analytics], [signedUp, mailSent(signedUp)])).toBe(4);
});

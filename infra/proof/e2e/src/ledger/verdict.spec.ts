import { describe, expect, it } from '@jest/globals';
import { perfectWorld } from './perfect-world.fixture.ts';
import {
  ada,
  adds,
  atOnce,
  changes,
  everybody,
  fact,
  gone,
  loses,
  renamed,
  renamedAndGone,
  stuck,
  theirs,
  verdictOn,
} from './planted-fault.fixture.ts';
import { audit, CLEAN, summary } from './verdict.ts';

describe('the ledger', () => {
  it('finds nothing wrong with a perfect world', () => {
    expect(audit(everybody, perfectWorld(everybody.accepted))).toEqual({
      ...CLEAN,
      extraCopies: 0,
      findings: [],
      copied: [],
    });
  });

  it('finds nothing wrong when reactions came before a withdrawal at once', () => {
    const settled = { ...atOnce, withdrawn: 'when-settled' as const };
    const world = perfectWorld([ada, renamed, stuck, gone, renamedAndGone, settled]);
    expect(audit(everybody, world).lines).toEqual([]);
  });
});

describe('when a withdrawal and a reaction crossed', () => {
  it('half a reaction is not one', () => {
    const world = perfectWorld(everybody.accepted);
    changes('email.mails', { ...theirs(atOnce), kind: 'welcome' }, { status: 'sent' })(world);
    expect(audit(everybody, world).lines).toHaveLength(2); // sent, and should be suppressed
    const promise = { subject: atOnce.id, service: 'email', type: 'user.signed-up.v1' };
    changes('analytics.expectations', promise, { state: 'kept' })(world);
    adds('analytics.facts', { ...fact(atOnce, 'mail.sent.v1'), service: 'email', details: { kind: 'welcome' } })(world);
    expect(audit(everybody, world).lines).toContainEqual(
      expect.stringContaining('lost       mailbox: Welcome, Person 6'),
    );
  });

  it('a mail of which email knows nothing any more is possible only if something was killed', () => {
    const world = perfectWorld(everybody.accepted);
    world.mails.push({ messageId: `<welcome.${atOnce.id}@x>`, to: atOnce.address, subject: 'Welcome, Person 6' });
    const { unexpected, findings } = audit(everybody, world);
    expect({ unexpected, findings }).toMatchObject({ unexpected: 1, findings: [{ whose: atOnce.id, count: 1 }] });
    expect(audit(everybody, world, { crashes: 1 })).toMatchObject(CLEAN);
  });
});

describe('a copy of a mail with the same Message-ID', () => {
  const copied = perfectWorld(everybody.accepted);
  copied.mails.push({ ...copied.mails[0]! }, { ...copied.mails[0]! });

  it('is counted, and accepted once for each crash', () => {
    const copies = [{ whose: ada.id, copies: 2 }];
    expect(audit(everybody, copied, { crashes: 2 })).toMatchObject({ ...CLEAN, extraCopies: 2, copied: copies });
  });

  it('is doubled beyond that', () => {
    expect(audit(everybody, copied, { crashes: 1 })).toMatchObject({ doubled: 1, extraCopies: 2 });
    expect(audit(everybody, copied)).toMatchObject({ doubled: 2 });
  });
});

describe('the summary', () => {
  it('says it in a few lines', () => {
    const verdict = verdictOn(loses('signup.users', { id: ada.id }));
    expect(summary({ ...everybody, repeats: { 503: 2 } }, verdict))
      .toBe(`accepted 6 · of them withdrawn 3, with another name 2 · address taken 0
sent again: 2 × 503
lost 1 · doubled 0 · unexpected 0 · extra copies of mails 0
  lost       signup.users: Person 1, p1@example.com, who wants "Engines" (name 1), of 7-0001 (${ada.id}, "Engines")`);
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  ada,
  adds,
  atOnce,
  changes,
  doubles,
  everybody,
  fact,
  type Fault,
  gone,
  loses,
  other,
  owned,
  pick,
  renamed,
  theirs,
  verdictOn,
} from './planted-fault.fixture.ts';
import { perfectWorld } from './perfect-world.fixture.ts';
import { audit } from './verdict.ts';

describe('of each thing that can be wrong, the ledger says what it is and whose', () => {
  it.each<[string, Fault, string]>([
    ['a user is lost', loses('signup.users', { id: ada.id }), 'lost       signup.users: Person 1, p1@example.com'],
    [
      'a user is another',
      changes('signup.users', { id: ada.id }, { email: 'x@example.com' }),
      'lost       signup.users: Person 1, p1@',
    ],
    [
      'an idempotency key is forgotten',
      loses('signup.idempotency_keys', theirs(ada)),
      'lost       signup.idempotency_keys: the key mix-7-0001',
    ],
    [
      'a step was never heard of',
      loses('signup.onboarding_steps', { ...theirs(ada), step: 'workspace' }),
      'lost       signup.onboarding_steps: workspace: done',
    ],
    [
      'a step is still failed',
      changes('signup.onboarding_steps', { ...theirs(renamed), step: 'workspace' }, { state: 'failed' }),
      'lost       signup.onboarding_steps: workspace: done',
    ],
    [
      'a withdrawal left no trace',
      loses('signup.withdrawals', theirs(gone)),
      'lost       signup.withdrawals: a withdrawal',
    ],
    [
      'a mail was never asked for',
      loses('email.mails', { ...theirs(ada), kind: 'welcome' }),
      'lost       email.mails: welcome: sent',
    ],
    [
      'a mail is still in doubt',
      changes('email.mails', { ...theirs(ada), kind: 'welcome' }, { status: 'unknown' }),
      'unexpected email.mails: welcome: unknown',
    ],
    [
      'an address is still known',
      changes('email.people', theirs(gone), { address: gone.address, display_name: 'Person 4' }),
      'unexpected email.people: Person 4, p4@example.com',
    ],
    [
      'a workspace is lost',
      loses('workspace-provisioning.workspaces', owned(ada)),
      'lost       workspace-provisioning.workspaces: "Engines"',
    ],
    [
      'a workspace is there twice',
      doubles('workspace-provisioning.workspaces', owned(ada)),
      'doubled    workspace-provisioning.workspaces: "Engines"',
    ],
    [
      'a workspace has the first name',
      changes('workspace-provisioning.workspaces', owned(renamed), { name: 'admin' }),
      'unexpected workspace-provisioning.workspaces: "admin"',
    ],
    [
      'a workspace has the slug of another name',
      changes('workspace-provisioning.workspaces', owned(renamed), { slug: 'engines' }),
      'unexpected workspace-provisioning.workspaces: "東京" with the slug engines',
    ],
    [
      'a workspace has another owner',
      changes('workspace-provisioning.workspaces', owned(renamed), { owner_id: ada.id }),
      'unexpected workspace-provisioning.workspaces: "東京"',
    ],
    [
      'a workspace of somebody who withdrew is there',
      adds('workspace-provisioning.workspaces', { id: other, owner_id: gone.id, name: 'Engines', slug: 'engines' }),
      'unexpected workspace-provisioning.workspaces: "Engines"',
    ],
    [
      'a workspace without owner',
      loses('workspace-provisioning.memberships', theirs(ada)),
      'lost       workspace-provisioning.memberships: owner of their own',
    ],
    [
      'a member of another workspace',
      changes('workspace-provisioning.memberships', theirs(ada), { own: false }),
      "unexpected workspace-provisioning.memberships: owner of somebody else's",
    ],
    [
      'a project is there twice',
      doubles('workspace-provisioning.projects', owned(ada)),
      'doubled    workspace-provisioning.projects: the project',
    ],
    [
      'a fact is missing',
      loses('analytics.facts', fact(ada, 'workspace.provisioned.v1')),
      'lost       analytics.facts: workspace.provisioned.v1 (attempt 1)',
    ],
    [
      'a fact was stated twice',
      doubles('analytics.facts', fact(ada, 'mail.sent.v1')),
      'doubled    analytics.facts: mail.sent.v1 (welcome)',
    ],
    [
      'a fact about another attempt',
      changes('analytics.facts', fact(ada, 'workspace.provisioned.v1'), { details: { attempt: 2 } }),
      'unexpected analytics.facts: workspace.provisioned.v1 (attempt 2)',
    ],
    [
      'a withdrawal was never undone',
      loses('analytics.facts', fact(gone, 'workspace.removed.v1')),
      'lost       analytics.facts: workspace.removed.v1',
    ],
    [
      'a promise is still open',
      changes('analytics.expectations', { subject: ada.id, service: 'email' }, { state: 'still open' }),
      'unexpected analytics.expectations: email on user.signed-up.v1 by signup: still open',
    ],
    [
      'a journey is missing',
      loses('analytics.journeys', { signup_id: ada.id }),
      'lost       analytics.journeys: a journey',
    ],
    [
      'a journey is cut in two',
      doubles('analytics.journeys', { signup_id: ada.id }),
      'doubled    analytics.journeys: a journey',
    ],
    [
      'a journey counts wrong',
      changes('analytics.journeys', { signup_id: ada.id }, { facts: 7 }),
      'unexpected analytics.journeys: counts 7 facts, and there are 4',
    ],
  ])('%s', (_, fault, line) => {
    expect(verdictOn(fault).lines).toContainEqual(expect.stringContaining(line));
  });

  it.each<[string, Fault, string]>([
    ['a mail is lost', ({ mails }) => void mails.shift(), 'lost       mailbox: Welcome, Person 1 to p1@example.com'],
    [
      'a mail of another kind with the same words',
      ({ mails }) => void mails.push({ ...mails[0]!, messageId: `<again.${ada.id}@x>` }),
      'doubled    mailbox: Welcome, Person 1',
    ],
    [
      'a mail in the wrong hands',
      ({ mails }) => void Object.assign(mails[0]!, { to: 'p2@example.com' }),
      'unexpected mailbox: Welcome, Person 1 to p2@example.com',
    ],
    [
      'a mail after a withdrawal',
      ({ mails }) =>
        void mails.push({ messageId: `<welcome.${atOnce.id}@x>`, to: atOnce.address, subject: 'Welcome, Person 6' }),
      'unexpected mailbox: Welcome, Person 6',
    ],
    [
      'a mail to nobody',
      ({ mails }) => void mails.push({ messageId: `<welcome.${other}@x>`, to: 'y@example.com', subject: 'Hello' }),
      `unexpected mailbox: Hello to y@example.com, of nobody in the ledger (${other})`,
    ],
    [
      'a message that still waits',
      ({ queues }) => void (queues['email.retry.5000'] = 2),
      'unexpected email.retry.5000: a message (2 times)',
    ],
    [
      'a dead letter',
      ({ dead }) =>
        void dead.push({ queue: 'email.dead', subject: ada.id, type: 'user.signed-up.v1', reason: 'attempts' }),
      'unexpected email.dead: user.signed-up.v1, dead because of attempts, of 7-0001',
    ],
    [
      'a fact that was never published',
      adds('signup.outbox', { whose: ada.id, type: 'user.signed-up.v1', last_error: null }),
      'unexpected signup.outbox: user.signed-up.v1 is not published, of 7-0001',
    ],
    [
      'a counter that counts a repeat',
      (world) => void (pick(world, 'analytics.facts_per_minute', { type: 'user.signed-up.v1' })[1]['count'] = 7),
      'counts 7, and there are 6',
    ],
    [
      'somebody who was refused and is there',
      adds('email.people', { user_id: other, address: 'z@example.com', display_name: 'Zed' }),
      `unexpected email.people: Zed, z@example.com, of nobody in the ledger (${other})`,
    ],
  ])('%s', (_, fault, line) => {
    expect(verdictOn(fault).lines).toContainEqual(expect.stringContaining(line));
  });

  it('and by whom HTTP was not believed', () => {
    const contradicted = { ...everybody, contradictions: ['one key, two answers'] };
    expect(audit(contradicted, perfectWorld(everybody.accepted))).toMatchObject({ unexpected: 1, lost: 0 });
  });

  it('names the signup, with what it did', () => {
    const { lines } = verdictOn(loses('signup.users', { id: renamed.id }));
    expect(lines).toEqual([expect.stringContaining(`, of 7-0002 (${renamed.id}, "admin" → "API" → "東京")`)]);
  });
});

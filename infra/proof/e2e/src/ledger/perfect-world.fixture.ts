import type { Signup } from './ledger.ts';
import { goodNames, isReserved } from './names.ts';
import type { Row, Snapshot } from './snapshot.ts';
import { tables } from './tables.ts';

const MINUTE = '2026-11-23 12:00:00+00';

/**
 * What a system in which everything went well would show for these people: rows written out by hand, so that the ledger is not checked against
 * itself. A withdrawal at once comes before every reaction here.
 */
export function perfectWorld(people: Signup[]): Snapshot {
  const world: Snapshot = {
    tables: Object.fromEntries(Object.keys(tables).map((name) => [name, []])),
    queues: { 'email.user.signed-up.v1': 0 },
    dead: [],
    mails: [],
  };
  const add = (table: string, row: Row) => world.tables[table]?.push(row);
  for (const person of people) live(person, world, add);
  for (const facts of Map.groupBy(
    world.tables['analytics.facts'] ?? [],
    ({ service, type }) => `${service} ${type}`,
  ).values()) {
    add('analytics.facts_per_minute', { ...facts[0], count: facts.length });
  }
  return world;
}

function live(person: Signup, world: Snapshot, add: (table: string, row: Row) => void): void {
  const { id, key, address, displayName, names, withdrawn } = person;
  const early = withdrawn === 'at-once';
  let facts = 0;
  const state = (service: string, type: string, details: Row = {}, by?: { service: string; cause: Row }) => {
    facts += 1;
    add('analytics.facts', { subject: id, service, type, details, minute: MINUTE });
    if (by) expect(by.service, by.cause, 'kept');
    return { type, stated_by: service, details };
  };
  const expect = (service: string, cause: Row, state: string) =>
    add('analytics.expectations', { subject: id, service, ...cause, state });
  const mail = (cause: Row, kind: string, occasion: string, subject: string) => {
    add('email.mails', { user_id: id, kind, occasion, status: early ? 'suppressed' : 'sent' });
    if (early) return expect('email', cause, 'waived');
    world.mails.push({
      messageId: `<${kind}.${id}${occasion && '.'}${occasion}@tributary.example>`,
      to: address,
      subject,
    });
    state('email', 'mail.sent.v1', { kind }, { service: 'email', cause });
  };
  const provision = (cause: Row, attempt: number, name: string) => {
    const by = { service: 'workspace-provisioning', cause };
    if (early) return expect(by.service, cause, 'waived');
    if (isReserved(name)) {
      const failed = state(by.service, 'workspace.provisioning-failed.v1', { attempt, reason: 'name-reserved' }, by);
      return mail(failed, 'workspace-failed', `attempt-${attempt}`, 'Your workspace needs another name');
    }
    mail(
      state(by.service, 'workspace.provisioned.v1', { attempt }, by),
      'workspace-ready',
      '',
      `Your workspace ${name} is ready`,
    );
  };

  const signedUp = state('signup', 'user.signed-up.v1');
  mail(signedUp, 'welcome', '', `Welcome, ${displayName}`);
  names.forEach((name, index) => {
    const attempt = index + 1;
    provision(attempt === 1 ? signedUp : state('signup', 'workspace-name.chosen.v1', { attempt }), attempt, name);
  });

  const name = names.at(-1) ?? '';
  if (withdrawn) {
    const cause = state('signup', 'user.withdrawn.v1');
    state('email', 'mail-address.forgotten.v1', {}, { service: 'email', cause });
    state('workspace-provisioning', 'workspace.removed.v1', {}, { service: 'workspace-provisioning', cause });
    add('signup.withdrawals', { user_id: id });
    add('email.people', { user_id: id, address: null, display_name: null, withdrawn: true });
    add('workspace-provisioning.people', { user_id: id, withdrawn: true, attempt: 0 });
  } else {
    add('signup.users', { id, email: address, display_name: displayName, workspace_name: name, attempt: names.length });
    add('signup.idempotency_keys', { key, user_id: id });
    add('signup.onboarding_steps', { user_id: id, step: 'welcome-mail', state: 'done' });
    add('signup.onboarding_steps', { user_id: id, step: 'workspace', state: isReserved(name) ? 'failed' : 'done' });
    add('email.people', { user_id: id, address, display_name: displayName, withdrawn: false });
    add('workspace-provisioning.people', { user_id: id, withdrawn: false, attempt: names.length });
    if (!isReserved(name)) {
      add('signup.onboarding_steps', { user_id: id, step: 'workspace-mail', state: 'done' });
      addWorkspace(id, name, add);
    }
  }
  add('analytics.journeys', {
    signup_id: id,
    facts,
    exist: facts,
    signed_up_at: MINUTE,
    welcomed_at: early ? null : MINUTE,
    provisioned_at: !early && !isReserved(name) ? MINUTE : null,
    failed_at: !early && names.some(isReserved) ? MINUTE : null,
    withdrawn_at: withdrawn ? MINUTE : null,
  });
}

function addWorkspace(owner: string, name: string, add: (table: string, row: Row) => void): void {
  const id = owner.replace(/^./, 'f');
  // As if everybody's slug had been taken: what the last way out gives.
  const slug = `${goodNames.find((good) => good.name === name)?.slug}-${id.slice(0, 8)}`;
  add('workspace-provisioning.workspaces', { id, owner_id: owner, name, slug });
  add('workspace-provisioning.memberships', { user_id: owner, role: 'owner', own: true });
  add('workspace-provisioning.projects', { owner_id: owner, name: 'First project' });
}

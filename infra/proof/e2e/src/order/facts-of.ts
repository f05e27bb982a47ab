import { randomUUID } from 'node:crypto';
import {
  createEvent,
  type Event,
  MailFailed,
  MailSent,
  UserSignedUp,
  UserWithdrawn,
  WorkspaceNameChosen,
  WorkspaceProvisioned,
  WorkspaceProvisioningFailed,
  WorkspaceRemoved,
} from '@tributary/contracts';
import type { Signup } from '../ledger/ledger.ts';
import { everybodysName } from '../ledger/names.ts';
import type { FactName } from './pair.ts';

const RESERVED = 'admin';

/** Everything that could be stated about one person, each fact with the right cause. */
export function factsOf({
  id: userId,
  address: email,
  displayName,
}: Pick<Signup, 'id' | 'address' | 'displayName'>): Record<FactName, Event> {
  const signUp = (workspaceName: string) => createEvent(UserSignedUp, { userId, email, displayName, workspaceName });
  const signedUp = signUp(everybodysName);
  const reserved = { ...signUp(RESERVED), id: signedUp.id, correlationid: signedUp.id };
  const provisioned = (attempt: number, cause: Event) => {
    const workspaceId = randomUUID();
    const slug = `engines-${workspaceId.slice(0, 8)}`;
    return createEvent(WorkspaceProvisioned, { workspaceId, userId, attempt, name: everybodysName, slug }, cause);
  };
  const failed = (attempt: number, cause: Event) =>
    createEvent(
      WorkspaceProvisioningFailed,
      { userId, attempt, workspaceName: RESERVED, reason: 'name-reserved' },
      cause,
    );
  const chosen = (attempt: number, workspaceName: string, cause: Event) =>
    createEvent(WorkspaceNameChosen, { userId, attempt, workspaceName }, cause);
  const mail = (kind: 'welcome' | 'workspace-ready') => ({ mailId: randomUUID(), userId, kind });

  const workspace = provisioned(1, signedUp);
  const failure = failed(1, reserved);
  const second = chosen(2, everybodysName, failure);
  const secondReserved = chosen(2, 'Webmaster', failure);
  const withdrawn = createEvent(UserWithdrawn, { userId }, signedUp);
  return {
    'signed-up': signedUp,
    'signed-up-reserved': reserved,
    'name-2': second,
    'name-2-reserved': secondReserved,
    'name-3': chosen(3, everybodysName, failed(2, secondReserved)),
    provisioned: workspace,
    'provisioned-2': provisioned(2, second),
    failed: failure,
    'welcome-sent': createEvent(
      MailSent,
      { ...mail('welcome'), messageId: `<welcome.${userId}@example.com>` },
      signedUp,
    ),
    'welcome-refused': createEvent(MailFailed, { ...mail('welcome'), smtpStatus: 550 }, signedUp),
    'ready-sent': createEvent(
      MailSent,
      { ...mail('workspace-ready'), messageId: `<workspace-ready.${userId}@example.com>` },
      workspace,
    ),
    withdrawn,
    removed: createEvent(WorkspaceRemoved, { userId }, withdrawn),
  };
}

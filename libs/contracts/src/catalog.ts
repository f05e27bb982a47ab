import type { EventContract } from './define-event.ts';
import { MailAddressForgotten } from './events/mail-address-forgotten.ts';
import { MailFailed } from './events/mail-failed.ts';
import { MailSent } from './events/mail-sent.ts';
import { ServiceJoined } from './events/service-joined.ts';
import { UserSignedUp } from './events/user-signed-up.ts';
import { UserWithdrawn } from './events/user-withdrawn.ts';
import { WorkspaceNameChosen } from './events/workspace-name-chosen.ts';
import { WorkspaceProvisioned } from './events/workspace-provisioned.ts';
import { WorkspaceProvisioningFailed } from './events/workspace-provisioning-failed.ts';
import { WorkspaceRemoved } from './events/workspace-removed.ts';

/** Every fact that can be stated, in the order of the story. Who listens is nobody's business here. */
export const catalog: readonly EventContract[] = [
  UserSignedUp,
  MailSent,
  MailFailed,
  WorkspaceProvisioned,
  WorkspaceProvisioningFailed,
  WorkspaceNameChosen,
  UserWithdrawn,
  WorkspaceRemoved,
  MailAddressForgotten,
  ServiceJoined,
];

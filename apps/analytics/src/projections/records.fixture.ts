import { randomUUID } from 'node:crypto';
import {
  type Event,
  type EventContract,
  type EventOf,
  MailAddressForgotten,
  MailFailed,
  MailSent,
  ServiceJoined,
  UserSignedUp,
  UserWithdrawn,
  WorkspaceNameChosen,
  WorkspaceProvisioned,
  WorkspaceProvisioningFailed,
  WorkspaceRemoved,
} from '@tributary/contracts';
import type { LogRecord } from '@tributary/messaging';
import { exampleEvent } from '@tributary/testing';

/** What must be found nowhere. */
export const personal = {
  email: 'ada.lovelace@personal.example',
  displayName: 'Ada Personal Lovelace',
  workspaceName: 'Personal Engines',
};

/** A fact stated so many seconds after `beginning`. */
export function fact<Contract extends EventContract>(
  contract: Contract,
  atSeconds: number,
  data: Partial<EventOf<Contract>['data']> = {},
  cause?: Event,
): EventOf<Contract> {
  const time = new Date(beginning.getTime() + atSeconds * 1_000).toISOString();
  return { ...exampleEvent(contract, data, cause), time };
}
/** Ten minutes ago: what was promised then and has not come is late by now. */
export const beginning = new Date(Math.floor(Date.now() / 1_000 - 600) * 1_000);

const promise = ({ type }: EventContract, withinMs: number, ...promised: EventContract[]) => ({
  type: type as string,
  promises: promised.map((each) => each.type),
  ...(promised.length > 0 && { withinMs }),
});
const heardBy = {
  email: [
    promise(UserSignedUp, 60_000, MailSent, MailFailed),
    promise(WorkspaceProvisioned, 60_000, MailSent, MailFailed),
    promise(WorkspaceProvisioningFailed, 60_000, MailSent, MailFailed),
    promise(UserWithdrawn, 10_000, MailAddressForgotten),
  ],
  'workspace-provisioning': [
    promise(UserSignedUp, 10_000, WorkspaceProvisioned, WorkspaceProvisioningFailed),
    promise(WorkspaceNameChosen, 10_000, WorkspaceProvisioned, WorkspaceProvisioningFailed),
    promise(UserWithdrawn, 10_000, WorkspaceRemoved),
  ],
  signup: [MailSent, MailFailed, WorkspaceProvisioned, WorkspaceProvisioningFailed].map((it) => promise(it, 0)),
};

/** As every service states it when it starts. */
export const joined = (service: keyof typeof heardBy, atSeconds = -60) =>
  fact(ServiceJoined, atSeconds, { service, readsLog: false, hears: heardBy[service] });
export const everybodyJoined = () => [joined('email'), joined('workspace-provisioning'), joined('signup')];

/** The facts about one person, each as its service states it; what was not said of a step did not happen. */
export class Person {
  readonly id = randomUUID();
  readonly signedUp: UserSignedUp;

  constructor(readonly at = 0) {
    this.signedUp = fact(UserSignedUp, at, { userId: this.id, ...personal });
  }

  mail = (cause: Event, kind: MailSent['data']['kind'] = 'welcome', after = 1) =>
    fact(MailSent, this.at + after, { userId: this.id, kind }, cause);
  provisioned = (cause: Event = this.signedUp, attempt = 1, after = 2) => {
    const data = { userId: this.id, attempt, name: personal.workspaceName, slug: 'personal-engines' };
    return fact(WorkspaceProvisioned, this.at + after, data, cause);
  };
  failed = (cause: Event = this.signedUp, after = 2) =>
    fact(
      WorkspaceProvisioningFailed,
      this.at + after,
      { userId: this.id, attempt: 1, workspaceName: personal.workspaceName },
      cause,
    );
  chosen = (cause: Event, after = 20) =>
    fact(
      WorkspaceNameChosen,
      this.at + after,
      { userId: this.id, attempt: 2, workspaceName: personal.workspaceName },
      cause,
    );
  withdrawn = (after = 30) => fact(UserWithdrawn, this.at + after, { userId: this.id }, this.signedUp);

  /** Everything goes well. */
  onboarded(): Event[] {
    const provisioned = this.provisioned();
    return [this.signedUp, this.mail(this.signedUp), provisioned, this.mail(provisioned, 'workspace-ready', 3)];
  }

  /** The name is refused, another one does. */
  recovered(): Event[] {
    const failed = this.failed();
    const chosen = this.chosen(failed);
    const provisioned = this.provisioned(chosen, 2, 22);
    return [
      ...[this.signedUp, this.mail(this.signedUp), failed, this.mail(failed, 'workspace-failed', 3)],
      ...[chosen, provisioned, this.mail(provisioned, 'workspace-ready', 23)],
    ];
  }

  /** Withdraws before anybody has reacted to the signup; what that asks for is done. */
  left(): Event[] {
    const withdrawn = this.withdrawn();
    const { id, at } = this;
    return [
      ...[this.signedUp, withdrawn],
      fact(WorkspaceRemoved, at + 31, { userId: id, workspaceId: undefined }, withdrawn),
      fact(MailAddressForgotten, at + 32, { userId: id }, withdrawn),
    ];
  }
}

/** As they stand in the log, one after the other from this offset on. */
export const recordsOf = (events: Event[], from = 0): LogRecord[] =>
  events.map((event, index) => ({
    offset: from + index,
    event,
    body: Buffer.from(JSON.stringify(event)),
    publishedAt: new Date(Date.parse(event.time) + 5),
    traceparent: `00-${event.correlationid.replaceAll('-', '')}-00f067aa0ba902b7-01`,
  }));

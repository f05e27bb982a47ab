export { CLOUDEVENTS_CONTENT_TYPE, envelope, type Event } from './event.ts';
export { defineEvent, InvalidEvent, type EventContract, type EventOf } from './define-event.ts';
export { createEvent } from './create-event.ts';
export { pii } from './pii.ts';
export { catalog } from './catalog.ts';
export type { MailKind } from './events/mail-kind.ts';
export { MailFailed } from './events/mail-failed.ts';
export { MailSent } from './events/mail-sent.ts';
export { UserSignedUp } from './events/user-signed-up.ts';

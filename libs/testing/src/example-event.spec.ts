import { describe, expect, it } from '@jest/globals';
import { MailSent, UserSignedUp } from '@tributary/contracts';
import { exampleEvent } from './example-event.ts';

describe('exampleEvent', () => {
  it('makes a valid event of its own each time, with the data laid over the example', () => {
    const event = exampleEvent(UserSignedUp, { displayName: 'Grace' });
    expect(UserSignedUp.parse(event).data).toEqual({ ...UserSignedUp.example, displayName: 'Grace' });
    expect(exampleEvent(UserSignedUp).id).not.toBe(event.id);
  });

  it('joins the conversation of its cause', () => {
    const cause = exampleEvent(UserSignedUp);
    expect(exampleEvent(MailSent, {}, cause)).toMatchObject({ correlationid: cause.id, causationid: cause.id });
  });
});

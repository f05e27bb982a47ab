import { describe, expect, it } from '@jest/globals';
import { createEvent, InvalidEvent, MailSent, ServiceJoined, UserSignedUp } from './index.ts';

describe('createEvent', () => {
  it('starts a conversation when nothing caused it', () => {
    const event = createEvent(UserSignedUp, UserSignedUp.example);
    expect(event).toMatchObject({
      specversion: '1.0',
      source: '/signup',
      type: 'user.signed-up.v1',
      subject: UserSignedUp.example.userId,
      correlationid: event.id,
    });
    expect(event).not.toHaveProperty('causationid');
  });

  it('joins the conversation of its cause', () => {
    const cause = createEvent(UserSignedUp, UserSignedUp.example);
    const reaction = createEvent(MailSent, MailSent.example, { id: 'f3', correlationid: cause.correlationid });
    expect(reaction).toMatchObject({ correlationid: cause.id, causationid: 'f3' });
  });

  it('names the service itself as the source of what every service states', () => {
    expect(createEvent(ServiceJoined, ServiceJoined.example)).toMatchObject({ source: '/email', subject: 'email' });
  });

  it('refuses data that a consumer would refuse, without repeating personal values', () => {
    const data = { ...UserSignedUp.example, email: 'no address' };
    expect(() => createEvent(UserSignedUp, data)).toThrow(InvalidEvent);
    expect(() => createEvent(UserSignedUp, data)).toThrow(/data\.email/);
    expect(() => createEvent(UserSignedUp, data)).not.toThrow(/no address/);
  });
});

describe('a tolerant reader', () => {
  it('lets unknown fields pass', () => {
    const event = createEvent(UserSignedUp, UserSignedUp.example);
    const later = { ...event, tenant: 't1', data: { ...event.data, locale: 'en' } };
    expect(UserSignedUp.parse(JSON.parse(JSON.stringify(later)))).toEqual(event);
  });

  it('refuses another type', () => {
    const event = { ...createEvent(UserSignedUp, UserSignedUp.example), type: 'user.signed-up.v2' };
    expect(() => UserSignedUp.parse(event)).toThrow(/type: invalid_value/);
  });
});

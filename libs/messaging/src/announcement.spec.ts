import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { MailFailed, MailSent, UserSignedUp, UserWithdrawn } from '@tributary/contracts';
import { announcementOf } from './announcement.ts';
import { On } from './on.ts';

class Late {
  @On(UserWithdrawn) async forget(_event: UserWithdrawn): Promise<void> {}
}
class Early {
  @On(UserSignedUp, { promises: [MailSent, MailFailed], within: '1m' })
  async welcome(_event: UserSignedUp): Promise<void> {}
}

describe('the announcement of a service', () => {
  it('says what its handlers hear, what they promise, and how soon', () => {
    expect(announcementOf({ service: 'email', handlers: [Late, Early] })).toMatchObject({
      type: 'service.joined.v1',
      source: '/email',
      subject: 'email',
      data: {
        service: 'email',
        readsLog: false,
        hears: [
          { type: 'user.signed-up.v1', promises: ['mail.sent.v1', 'mail.failed.v1'], withinMs: 60_000 },
          { type: 'user.withdrawn.v1', promises: [] },
        ],
      },
    });
  });

  it('says of a service without handlers that it reads the log, and is another fact each time', () => {
    const [one, other] = [1, 2].map(() => announcementOf({ service: 'analytics', handlers: [], readsLog: true }));
    expect(one?.data).toEqual({ service: 'analytics', readsLog: true, hears: [] });
    expect(one?.id).not.toBe(other?.id);
  });
});

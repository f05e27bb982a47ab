import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { ParseIntPipe } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { PARAM_ARGS_METADATA } from '@nestjs/microservices/constants.js';
import { MailSent, UserSignedUp } from '@tributary/contracts';
import type { Delivery } from './delivery.ts';
import { On, subscriptionsOf } from './on.ts';

describe('@On', () => {
  it('keeps contract and options for the topology and the transport', () => {
    class Handlers {
      @On(UserSignedUp, { promises: [MailSent], within: '10s', timeoutMs: 500, concurrency: 2 })
      async welcome(_event: UserSignedUp): Promise<void> {}
    }
    expect(subscriptionsOf(Handlers)).toEqual([
      {
        contract: UserSignedUp,
        handler: 'Handlers.welcome',
        promises: [MailSent],
        within: '10s',
        withinMs: 10_000,
        timeoutMs: 500,
        concurrency: 2,
      },
    ]);
  });

  it.each([
    ['1ms', 1],
    ['500ms', 500],
    ['10s', 10_000],
    ['1m', 60_000],
    ['1440m', 86_400_000],
  ])('takes %s for %i milliseconds', (within, withinMs) => {
    class Handlers {
      @On(UserSignedUp, { promises: [MailSent], within }) async welcome(_event: UserSignedUp): Promise<void> {}
    }
    expect(subscriptionsOf(Handlers)).toMatchObject([{ withinMs }]);
  });

  it.each(['', '10', '10 s', '1.5s', '-1s', '0s', '1h', '1441m', 's', '10seconds'])(
    'refuses "%s" as a time',
    (within) => {
      const on = On(UserSignedUp, { promises: [MailSent], within });
      expect(() => on({}, 'welcome', { value: async () => {} })).toThrow('must be like 500ms, 10s or 1m');
    },
  );

  it.each([
    ['a promise without a time', { promises: [MailSent] }],
    ['a time without a promise', { within: '10s' }],
    ['a time and no promise in the list', { promises: [], within: '10s' }],
  ])('refuses %s', (_, options) => {
    const on = On(UserSignedUp, options);
    expect(() => on({}, 'welcome', { value: async () => {} })).toThrow('"promises" and "within" belong together');
  });

  it('leaves parameter decorators of the method alone', () => {
    class Handlers {
      @On(UserSignedUp)
      async welcome(@Payload(ParseIntPipe) _event: UserSignedUp): Promise<void> {}
    }
    const parameters = Reflect.getMetadata(PARAM_ARGS_METADATA, Handlers, 'welcome') as Record<string, object>;
    expect(Object.values(parameters)).toEqual([expect.objectContaining({ index: 0, pipes: [ParseIntPipe] })]);
  });

  it('refuses at compile time a handler of another event, of too much of it, or one that is not awaited', () => {
    class Handlers {
      @On(UserSignedUp) async none(): Promise<void> {}
      @On(UserSignedUp) async event(_event: UserSignedUp): Promise<void> {}
      @On(UserSignedUp) async both(_event: UserSignedUp, _delivery?: Delivery): Promise<void> {}
      @On(UserSignedUp) async part(_event: Pick<UserSignedUp, 'id'>): Promise<void> {}
      // @ts-expect-error another event
      @On(UserSignedUp) async other(_event: MailSent): Promise<void> {}
      // @ts-expect-error a field the contract does not have
      @On(UserSignedUp) async more(_event: UserSignedUp & { data: { phone: string } }): Promise<void> {}
      // @ts-expect-error a second parameter that is no delivery
      @On(UserSignedUp) async second(_event: UserSignedUp, _text: string): Promise<void> {}
      // @ts-expect-error a third parameter that nobody passes
      @On(UserSignedUp) async third(_event: UserSignedUp, _delivery: Delivery, _more: string): Promise<void> {}
      // @ts-expect-error not a promise: nobody would wait for it
      @On(UserSignedUp) sync(_event: UserSignedUp): void {}
    }
    expect(subscriptionsOf(Handlers)).toHaveLength(9);
  });
});

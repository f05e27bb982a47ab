import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MailAddressForgotten, MailFailed, MailSent, ServiceJoined, UserSignedUp } from '@tributary/contracts';
import { On } from './on.ts';
import { topologyOf } from './topology.ts';

class Base {
  @On(MailSent) async inherited(_event: MailSent): Promise<void> {}
}
@Controller()
class Handlers extends Base {
  @On(UserSignedUp) async welcome(_event: UserSignedUp): Promise<void> {}
  notAHandler() {}
}
@Controller()
class Others {
  @On(UserSignedUp) async count(_event: UserSignedUp): Promise<void> {}
}

describe('the topology of some handlers', () => {
  const topology = topologyOf({ service: 'email', handlers: [Handlers], retryDelaysMs: [1_000, 5_000] });

  it('has one queue per fact heard, inherited handlers included', () => {
    expect(topology.hears).toEqual(['mail.sent.v1', 'user.signed-up.v1']);
    expect(topology.queues.map(({ name }) => name)).toEqual([
      'events.log',
      'email.dead',
      'email.retry.1000',
      'email.retry.5000',
      'email.mail.sent.v1',
      'email.user.signed-up.v1',
    ]);
  });

  it('names the facts the service may state', () => {
    const own = [MailAddressForgotten.type, MailFailed.type, MailSent.type];
    expect(topology.states).toEqual([...own, ServiceJoined.type]);
  });

  it('says whether the service reads the log, which changes nothing on the broker', () => {
    const reader = topologyOf({
      service: 'email',
      handlers: [Handlers],
      retryDelaysMs: [1_000, 5_000],
      readsLog: true,
    });
    expect(topology.readsLog).toBe(false);
    expect(reader).toEqual({ ...topology, readsLog: true });
  });

  it('never leads through the default exchange and always back to the queue a message came from', () => {
    expect(topology.bindings.map(({ exchange }) => exchange)).not.toContain('');
    for (const { name, arguments: args } of topology.queues) {
      expect(args).not.toHaveProperty('x-dead-letter-routing-key');
      if (name.includes('.retry.')) expect(args).toHaveProperty('x-dead-letter-exchange', 'email.return');
    }
    expect(topology.bindings).toContainEqual({
      exchange: 'email.return',
      queue: 'email.user.signed-up.v1',
      routingKey: 'email.user.signed-up.v1',
    });
  });

  it('is the same for the same handlers in any order, and has another hash with other delays', () => {
    class First {
      @On(MailFailed) async a(_event: MailFailed): Promise<void> {}
    }
    const one = topologyOf({ service: 'email', handlers: [Handlers, First] });
    const other = topologyOf({ service: 'email', handlers: [First, Handlers] });
    expect(one).toEqual(other);
    expect(topologyOf({ service: 'email', handlers: [Handlers, First], retryDelaysMs: [1] }).hash).not.toBe(one.hash);
  });

  it('refuses two handlers of one fact', () => {
    expect(() => topologyOf({ service: 'email', handlers: [Handlers, Others] })).toThrow(
      'Handlers.welcome and Others.count both hear user.signed-up.v1: one fact, one handler per service',
    );
  });
});

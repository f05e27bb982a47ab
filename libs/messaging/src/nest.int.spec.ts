import { describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  Scope,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { CONTEXT, EventPattern, type RequestContext } from '@nestjs/microservices';
import { UserSignedUp } from '@tributary/contracts';
import { eventually, exampleEvent, testVhost } from '@tributary/testing';
import { EMPTY, type Observable, tap } from 'rxjs';
import { Delivery } from './delivery.ts';
import { PermanentFailure } from './errors.ts';
import { Header } from './names.ts';
import { On } from './on.ts';
import { rawClient, startService } from './service.fixture.ts';

/** Publishes one fact to a service with these handlers and answers with what became of it. */
async function outcomeOf(
  handlers: Type[],
  check: (outcome: { dead: unknown; id: string }) => void,
  providers: Type[] = [],
) {
  await using vhost = await testVhost();
  await using _service = await startService(vhost.url, { handlers, providers, retryDelaysMs: [] });
  await using raw = await rawClient(vhost.url);
  const event = exampleEvent(UserSignedUp);
  await raw.publish(event);
  await eventually(async () => {
    const dead = await raw.take('email.dead');
    check({ dead: dead && dead.properties.headers?.[Header.error], id: event.id });
  });
}

describe('an @On handler in Nest', () => {
  it('is asked for by its guards, which see the delivery', async () => {
    const asked: unknown[] = [];
    class Guard implements CanActivate {
      canActivate(context: ExecutionContext) {
        asked.push(context.getType(), context.switchToRpc().getContext());
        return false;
      }
    }
    let runs = 0;
    @Controller()
    class Handlers {
      @UseGuards(Guard)
      @On(UserSignedUp)
      async welcome(_event: UserSignedUp): Promise<void> {
        runs++;
      }
    }
    await outcomeOf([Handlers], ({ dead }) => expect(dead).toBe('Error: Forbidden resource'));
    expect(asked).toEqual(['rpc', expect.any(Delivery)]);
    expect(runs).toBe(0);
  });

  it('gets what its pipes make of the event', async () => {
    class ShoutTheName implements PipeTransform {
      transform(value: unknown) {
        if (value instanceof Delivery) return value;
        const event = value as UserSignedUp;
        return { ...event, data: { ...event.data, displayName: event.data.displayName.toUpperCase() } };
      }
    }
    const names: string[] = [];
    @Controller()
    class Handlers {
      @UsePipes(ShoutTheName)
      @On(UserSignedUp)
      async welcome(event: UserSignedUp, delivery: Delivery): Promise<void> {
        names.push(event.data.displayName, delivery.queue);
      }
    }
    await outcomeOf([Handlers], () => expect(names).toEqual(['ADA LOVELACE', 'email.user.signed-up.v1']));
  });

  it('runs inside its interceptors', async () => {
    const steps: string[] = [];
    @Injectable()
    class Around implements NestInterceptor {
      intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
        steps.push('before');
        return next.handle().pipe(tap({ complete: () => steps.push('after') }));
      }
    }
    @Controller()
    @UseInterceptors(Around)
    class Handlers {
      @On(UserSignedUp)
      async welcome(_event: UserSignedUp): Promise<void> {
        steps.push('handler');
      }
    }
    await outcomeOf([Handlers], () => expect(steps).toEqual(['before', 'handler', 'after']), [Around]);
  });

  it('keeps the class of its errors through interceptors and other filters', async () => {
    class Nothing implements NestInterceptor {
      intercept(_context: ExecutionContext, next: CallHandler) {
        return next.handle();
      }
    }
    @Catch(RangeError)
    class ForRangeErrors implements ExceptionFilter {
      catch(): Observable<never> {
        return EMPTY;
      }
    }
    @Controller()
    @UseFilters(ForRangeErrors)
    @UseInterceptors(Nothing)
    class Handlers {
      @On(UserSignedUp)
      async welcome(_event: UserSignedUp): Promise<void> {
        throw new PermanentFailure('no');
      }
    }
    await outcomeOf([Handlers], ({ dead }) => expect(dead).toBe('PermanentFailure: no'));
  });

  it.each(['method', 'class', 'base class'])('has its errors seen by a filter on its %s', async (level) => {
    const caught: [string, unknown][] = [];
    @Catch(RangeError)
    class Forgive implements ExceptionFilter {
      catch(error: RangeError, host: ArgumentsHost): Observable<never> {
        caught.push([error.message, host.switchToRpc().getContext()]);
        return EMPTY;
      }
    }
    const onMethod = level === 'method' ? UseFilters(Forgive) : () => undefined;
    const onClass = level === 'class' ? UseFilters(Forgive) : () => undefined;
    const onBase = level === 'base class' ? UseFilters(Forgive) : () => undefined;
    @onBase
    class Base {}
    @Controller()
    @onClass
    class Handlers extends Base {
      @onMethod
      @On(UserSignedUp)
      async welcome(_event: UserSignedUp): Promise<void> {
        throw new RangeError('too far');
      }
    }
    await using vhost = await testVhost();
    const service = await startService(vhost.url, { handlers: [Handlers], retryDelaysMs: [] });
    await using raw = await rawClient(vhost.url);
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(caught).toEqual([['too far', expect.any(Delivery)]]));
    await service.close();
    expect([await raw.ready('email.user.signed-up.v1'), await raw.ready('email.dead')]).toEqual([0, 0]);
  });

  it('is made anew for each delivery in request scope, with the delivery to inject', async () => {
    const seen: { instance: object; event: UserSignedUp; context: Delivery }[] = [];
    @Controller({ scope: Scope.REQUEST })
    class Handlers {
      constructor(@Inject(CONTEXT) private readonly request: RequestContext<UserSignedUp, Delivery>) {}
      @On(UserSignedUp)
      async welcome(event: UserSignedUp, delivery: Delivery): Promise<void> {
        expect(this.request.getContext()).toBe(delivery);
        seen.push({ instance: this, event, context: delivery });
        if (delivery.attempt === 1) throw new PermanentFailure('of the first instance');
      }
    }
    await using vhost = await testVhost();
    await using _service = await startService(vhost.url, { handlers: [Handlers], retryDelaysMs: [] });
    await using raw = await rawClient(vhost.url);
    await raw.publish(exampleEvent(UserSignedUp));
    await raw.publish(exampleEvent(UserSignedUp));
    await eventually(() => expect(seen).toHaveLength(2));
    expect(seen[0]?.instance).not.toBe(seen[1]?.instance);
    const dead = await eventually(() => raw.take('email.dead'));
    expect(dead.properties.headers?.[Header.error]).toBe('PermanentFailure: of the first instance');
  });

  it('may not share the application with an @EventPattern that would land on this transport', async () => {
    await using vhost = await testVhost();
    @Controller()
    class Handlers {
      @EventPattern('user.signed-up.v1')
      async welcome(_data: unknown): Promise<void> {}
    }
    const start = startService(vhost.url, { handlers: [Handlers] });
    await expect(start).rejects.toThrow('user.signed-up.v1 is bound without @On');
  });
});

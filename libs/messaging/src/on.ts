// First: Nest's modules below use it while they are loaded.
import 'reflect-metadata';
import type { EventContract, EventOf } from '@tributary/contracts';
import type { Type } from '@nestjs/common';
import { EXCEPTION_FILTERS_METADATA } from '@nestjs/common/constants.js';
import {
  PARAM_ARGS_METADATA,
  PATTERN_EXTRAS_METADATA,
  PATTERN_HANDLER_METADATA,
  PATTERN_METADATA,
  TRANSPORT_METADATA,
} from '@nestjs/microservices/constants.js';
import { PatternHandler } from '@nestjs/microservices/enums/pattern-handler.enum.js';
import { RpcParamtype } from '@nestjs/microservices/enums/rpc-paramtype.enum.js';
import type { Delivery } from './delivery.ts';
import { milliseconds } from './duration.ts';
import { KeepTheError } from './keep-the-error.filter.ts';

/** Nest binds an `@On` method to our transport only, also in an application that has others. */
export const EVENTS_TRANSPORT = Symbol('tributary events');

export interface OnOptions {
  /** One of these facts is stated in return, with the heard one as its cause. Goes with `within`. */
  promises?: readonly EventContract[];
  /** How soon, from hearing to stating: `500ms`, `10s`, `1m`. Said to everybody in `service.joined.v1`; nothing here enforces it. */
  within?: string;
  /** Milliseconds until the attempt counts as failed; 30,000 unless said otherwise. */
  timeoutMs?: number;
  /**
   * How many deliveries the broker hands to this process before it has an answer to one: the queue's prefetch. Attempts the
   * broker no longer waits for come on top: those that timed out, or were running when the connection was lost.
   */
  concurrency?: number;
}

/** What `@On` leaves on a method, and what the transport and the topology read. */
export interface Subscription extends OnOptions {
  contract: EventContract;
  withinMs?: number;
  /** `Controller.method`, for messages to people. */
  handler: string;
}

const SUBSCRIPTION = 'tributary:subscription';

/**
 * Makes a method of a Nest `@Controller()` react to a fact: `@On(UserSignedUp) sendWelcomeEmail(event: UserSignedUp, delivery?: Delivery)`.
 * It is a Nest event handler like any other: guards, pipes, interceptors, filters and request scope apply. Errors that
 * no filter on the method or its class takes reach the delivery policy as they are; filters that are global do not see them.
 * @throws Error when a promise has no time, a time no promise, or the time is not one
 */
export function On<Contract extends EventContract>(contract: Contract, options: OnOptions = {}) {
  return <Handler extends (event: EventOf<Contract>, delivery: Delivery) => Promise<void>>(
    target: object,
    key: string,
    { value: method }: TypedPropertyDescriptor<Handler>,
  ): void => {
    if (!method) throw new Error(`@On belongs on a method, not on ${key}`);
    const handler = `${target.constructor.name}.${key}`;
    const subscription: Subscription = { ...options, ...promisedTime(handler, options), contract, handler };
    Reflect.defineMetadata(PATTERN_METADATA, [contract.type], method);
    Reflect.defineMetadata(PATTERN_HANDLER_METADATA, PatternHandler.EVENT, method);
    Reflect.defineMetadata(TRANSPORT_METADATA, EVENTS_TRANSPORT, method);
    Reflect.defineMetadata(PATTERN_EXTRAS_METADATA, { [SUBSCRIPTION]: subscription }, method);
    passEventAndDelivery(target.constructor, key);
    keepErrors(target.constructor);
  };
}

function promisedTime(handler: string, { promises = [], within }: OnOptions): { withinMs?: number } {
  if (promises.length > 0 !== (within !== undefined)) {
    throw new Error(`${handler}: "promises" and "within" belong together: what is stated in return, and how soon`);
  }
  if (within === undefined) return {};
  const withinMs = milliseconds(within);
  if (withinMs) return { withinMs };
  throw new Error(`${handler}: within is "${within}", and must be like 500ms, 10s or 1m, at most 24 hours`);
}

/** The subscription behind a method or behind the extras Nest hands to a transport. */
export function subscriptionOf(extras: Record<string, unknown> | undefined): Subscription | undefined {
  return extras?.[SUBSCRIPTION] as Subscription | undefined;
}

/** Every subscription of a controller class, inherited ones included. */
export function subscriptionsOf(controller: Type): Subscription[] {
  const methods = new Map<string, Subscription | undefined>();
  for (let proto = controller.prototype; proto && proto !== Object.prototype; proto = Object.getPrototypeOf(proto)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto))) {
      if (methods.has(name) || typeof value !== 'function') continue;
      methods.set(name, subscriptionOf(Reflect.getMetadata(PATTERN_EXTRAS_METADATA, value)));
    }
  }
  return [...methods.values()].filter((subscription) => subscription !== undefined);
}

// Without parameter decorators Nest passes the payload only; `@Payload(pipe)` and `@Ctx()` of the method's own win.
function passEventAndDelivery(controller: object, key: string): void {
  if (Reflect.hasMetadata(PARAM_ARGS_METADATA, controller, key)) return;
  const parameters = {
    [`${RpcParamtype.PAYLOAD}:0`]: { index: 0, data: undefined, pipes: [] },
    [`${RpcParamtype.CONTEXT}:1`]: { index: 1, data: undefined, pipes: [] },
  };
  Reflect.defineMetadata(PARAM_ARGS_METADATA, parameters, controller, key);
}

// The last to be asked: in front of the filters of the class, which Nest asks from the end, and of a base class's too.
function keepErrors(controller: object): void {
  const filters: unknown[] = Reflect.getMetadata(EXCEPTION_FILTERS_METADATA, controller) ?? [];
  if (filters.some((filter) => filter instanceof KeepTheError)) return;
  Reflect.defineMetadata(EXCEPTION_FILTERS_METADATA, [new KeepTheError(), ...filters], controller);
}

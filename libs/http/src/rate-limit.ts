import type { FastifyInstance } from 'fastify';
import { networksOf } from './client-network.ts';
import { Problem } from './problem.ts';
import { SharedCounters } from './shared-counters.ts';

/** How many requests one client may send per minute and replica; requests of another name are counted apart. */
export interface RateLimit {
  name: string;
  perMinute: number;
}

/** What a limit depends on. There is no route for an unknown path, nor for what could not even be read. */
export interface Asked {
  method: string;
  route: string | undefined;
}

/** How many times as much as one client the wider network may use, and all clients together. */
export const NETWORK_FACTOR = 10;
const TOTAL_FACTOR = 1_000;
const WINDOW_MS = 60_000;

/** Counts what each client, each wider network and all together have asked for in this minute. No counter is dropped before the minute is over. */
export class RateLimiter {
  readonly #limitOf: (asked: Asked) => RateLimit;
  readonly #windows = new Map<string, Window>();

  constructor(limitOf: (asked: Asked) => RateLimit) {
    this.#limitOf = limitOf;
  }

  /** Counts a request, or says why not. What is refused counts for nobody, so a client over its limit uses up no one else's. */
  refusal(asked: Asked, ip: string | undefined, now = Date.now()): Problem | undefined {
    const { name, perMinute } = this.#limitOf(asked);
    const window = this.#windowOf(name, now);
    const { clients, networks } = window;
    const of = networksOf(ip);
    const client = clients.countersOf(of.client);
    const network = networks.countersOf(of.wider);
    const isFull =
      clients.count(client) >= perMinute ||
      networks.count(network) >= perMinute * NETWORK_FACTOR ||
      window.total >= perMinute * TOTAL_FACTOR;
    if (isFull) {
      const retryAfterSeconds = Math.max(1, Math.ceil((window.endsAt - now) / 1_000));
      return Problem.common('RATE_LIMITED', { retryAfterSeconds });
    }
    clients.add(client);
    networks.add(network);
    window.total += 1;
    return undefined;
  }

  #windowOf(name: string, now: number): Window {
    const window = this.#windows.get(name) ?? new Window();
    this.#windows.set(name, window);
    if (now >= window.endsAt) window.start(now);
    return window;
  }
}

class Window {
  readonly clients = new SharedCounters();
  readonly networks = new SharedCounters();
  total = 0;
  endsAt = 0;

  start(now: number): void {
    this.clients.clear();
    this.networks.clear();
    this.total = 0;
    this.endsAt = now + WINDOW_MS;
  }
}

/** Every request that has become one, whether or not its path leads anywhere. */
export function limitRates(server: FastifyInstance, limiter: RateLimiter): void {
  server.addHook('onRequest', ({ method, routeOptions, ip }, _reply, done) => {
    done(limiter.refusal({ method, route: routeOptions.url }, ip));
  });
}

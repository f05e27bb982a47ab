import { createHash, randomBytes } from 'node:crypto';

export interface Login {
  user: string;
  password: string;
}

/** The part of a service's derived topology (`node apps/<service>/dist/main.js topology`) that decides its rights. */
export interface ServiceTopology {
  service: string;
  /** Wire names of the facts it has handlers for. */
  hears: readonly string[];
  /** Wire names of the facts it states. */
  states: readonly string[];
  /** Reads the event log, and so every fact there is. */
  readsLog?: boolean;
}

/**
 * The exchange of all facts, as every service's topology declares it. Since 4.3 the broker refuses topic permissions for an exchange that
 * does not exist, and so does not boot with definitions that have only the permissions.
 */
const EVENTS = { name: 'events', vhost: '/', type: 'topic', durable: true, auto_delete: false, arguments: {} };

export function randomLogin(user: string): Login {
  return { user, password: randomBytes(12).toString('hex') };
}

/** The node's first definitions: one administrator, used by `setup` commands and by tests, and no `guest`. */
export function adminDefinitions(admin: Login) {
  return {
    vhosts: [{ name: '/' }],
    exchanges: [EVENTS],
    users: [user(admin, ['administrator'])],
    permissions: [{ user: admin.user, vhost: '/', configure: '.*', write: '.*', read: '.*' }],
  };
}

/**
 * One broker user per service: configures nothing, works with its own queues, states only its own nouns, and binds only
 * facts that it has a handler for. The event log holds what everybody else said: only who says so in its topology reads it.
 */
export function serviceDefinitions(login: Login, { service, hears, states, readsLog }: ServiceTopology) {
  const own = `events|${escape(service)}\\..*`;
  const nouns = [...new Set(states.map((type) => type.split('.')[0] ?? ''))];
  return {
    users: [user(login, [])],
    permissions: [
      {
        user: login.user,
        vhost: '/',
        configure: '^$',
        write: `^(${own})$`,
        read: `^(${own}${readsLog ? `|${escape('events.log')}` : ''})$`,
      },
    ],
    topic_permissions: [
      {
        user: login.user,
        vhost: '/',
        exchange: 'events',
        write: nouns.length ? `^(${nouns.map(escape).join('|')})\\.[^.]+\\.v[0-9]+$` : '^$',
        read: hears.length ? `^(${hears.map(escape).join('|')})$` : '^$',
      },
    ],
  };
}

function user({ user: name, password }: Login, tags: string[]) {
  const salt = randomBytes(4);
  const hash = createHash('sha256').update(salt).update(password).digest();
  return {
    name,
    password_hash: Buffer.concat([salt, hash]).toString('base64'),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
    tags,
  };
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

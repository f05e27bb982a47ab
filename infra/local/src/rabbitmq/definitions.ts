import { createHash, randomBytes } from 'node:crypto';
import type { BrokerRights } from '@tributary/messaging';

export interface Login {
  user: string;
  password: string;
}

/** What `node apps/<service>/dist/main.js topology` prints, as far as a broker has to know it. */
export interface ServiceTopology {
  service: string;
  /** Wire names of the facts it has handlers for. */
  hears: readonly string[];
  /** Wire names of the facts it states. */
  states: readonly string[];
  /** Reads the event log, and so every fact there is. */
  readsLog?: boolean;
  rights: BrokerRights;
}

export function randomLogin(user: string): Login {
  return { user, password: randomBytes(12).toString('hex') };
}

/**
 * A vhost and its administrator, who is there for `setup` commands and for tests; and no `guest`. With the exchange of all facts, as every
 * service's topology declares it: since 4.3 the broker refuses topic permissions for an exchange that does not exist, and so does not boot
 * with definitions that have only the permissions.
 */
export function adminDefinitions(admin: Login, vhost: string) {
  return {
    vhosts: [{ name: vhost }],
    exchanges: [{ name: 'events', vhost, type: 'topic', durable: true, auto_delete: false, arguments: {} }],
    users: [user(admin, ['administrator'])],
    permissions: [{ user: admin.user, vhost, configure: '.*', write: '.*', read: '.*' }],
  };
}

/** A service's broker user, with its rights in this vhost. */
export function serviceDefinitions(login: Login, { topics, ...rights }: BrokerRights, vhost: string) {
  return {
    users: [user(login, [])],
    permissions: [{ user: login.user, vhost, ...rights }],
    topic_permissions: [{ user: login.user, vhost, ...topics }],
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

import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@tributary/service-defaults';
import { fastify } from 'fastify';
import { config } from './config.ts';

const read = (settings: Record<string, string> = {}) => {
  const needed = {
    AMQP_URL: 'amqp://localhost',
    DATABASE_URL: 'postgres://localhost/signup',
    MANAGE_TOKEN_SECRET: 'x'.repeat(32),
  };
  return readConfig(config.schema, { ...needed, ...settings }, 'signup');
};

const NETWORKS = ['10.0.0.0/8', '192.168.1.7', '::1', 'fd00::/8', 'loopback', '2001:db8::1/128', '1.2.3.4/1'];
const NO_NETWORKS = ['zz', '10.0.0.0/33', '10.0.0.0/0', '::/129', '10.0.0.0/', '10.0.0.0/8/8', '300.1.1.1', '10.0.0.*'];

describe('the configuration', () => {
  it('needs a broker, a database and a secret, the rest is sensible', () => {
    expect(read()).toMatchObject({ HOST: '0.0.0.0', PORT: 3000, TRUSTED_PROXIES: [] });
  });

  it('takes a list of networks to trust, each of which the HTTP server takes too', () => {
    const { TRUSTED_PROXIES } = read({ TRUSTED_PROXIES: NETWORKS.join(', ') });
    expect(TRUSTED_PROXIES).toEqual(NETWORKS);
    expect(() => fastify({ trustProxy: TRUSTED_PROXIES })).not.toThrow();
  });

  it.each(NO_NETWORKS)('trusts no %s, as the HTTP server would not start with it', (network) => {
    expect(() => read({ TRUSTED_PROXIES: network })).toThrow(/TRUSTED_PROXIES +must be IP addresses and networks/);
    expect(() => fastify({ trustProxy: [network] })).toThrow();
  });

  it('says which entries of a list are wrong, together with every other problem', () => {
    const attempt = () => read({ TRUSTED_PROXIES: 'zz,10.0.0.0/8,hush', HOST: 'a b', PORT: ' ', MAX_STREAMS: '0' });
    expect(attempt).toThrow(/4 configuration problems/);
    expect(attempt).toThrow(/TRUSTED_PROXIES .* wrong: entry 1, 3 /);
    expect(attempt).not.toThrow(/hush/);
  });

  it.each([
    ['HOST', 'http://x'],
    ['HOST', '[::1]'],
    ['HEALTH_HOST', 'a b'],
    ['PORT', '0x50'],
    ['BODY_LIMIT_BYTES', 'much'],
    ['MANAGE_TOKEN_SECRET', 'short'],
    ['DATABASE_URL', 'postgres:signup'],
    ['DATABASE_URL', 'postgres://signup:50%zz@localhost/signup'],
    ['AMQP_URL', 'amqp://'],
    ['AMQP_URL', 'amqp://localhost/%zz'],
    ['LOG_LEVEL', 'loud'],
  ])('refuses %s=%j and says so', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(name);
  });

  it('takes a socket for the database', () => {
    const DATABASE_URL = 'postgres:///signup?host=/run/postgresql';
    expect(read({ DATABASE_URL })).toMatchObject({ DATABASE_URL });
  });
});

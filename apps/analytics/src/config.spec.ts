import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@tributary/service-defaults';
import { config } from './config.ts';

const read = (settings: Record<string, string> = {}) => {
  const env = { AMQP_URL: 'amqp://localhost', DATABASE_URL: 'postgres://localhost/analytics', ...settings };
  return readConfig(config.schema, env, 'analytics');
};

describe('the configuration', () => {
  it('needs a broker and a database, the rest is sensible', () => {
    expect(read()).toMatchObject({ HOST: '0.0.0.0', PORT: 3001, READS_PER_MINUTE: 600 });
    expect(read({ TRACE_URL: 'https://t.example/{traceId}' })).toMatchObject({
      TRACE_URL: 'https://t.example/{traceId}',
    });
  });

  it.each([
    ['TRACE_URL', 'javascript:alert({traceId})'],
    ['TRACE_URL', 'http://localhost:16686/trace/'],
    ['HOST', '0.0.0.0:3001'],
    ['PORT', '70000'],
    ['READS_PER_MINUTE', '0'],
  ])('refuses %s=%j and says so', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(name);
  });
});

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { describeVariables, HELP_WIDTH } from './describe-variables.ts';
import { InvalidConfig, readConfig } from './parse-config.ts';
import { commonPart, serviceConfig } from './service-config.ts';

const minimal = { DATABASE_URL: 'postgres://email:pw@db/email', AMQP_URL: 'amqps://email:pw@broker/v' };
const schema = serviceConfig.extend({
  SMTP_URL: z
    .url({ error: 'must be a URL' })
    .meta({ description: 'The mail server.', example: 'smtp://localhost:1025' }),
  HEALTH_PORT: serviceConfig.shape.HEALTH_PORT.unwrap().default(9100),
});

function problemsOf(env: Record<string, string>): string {
  try {
    readConfig(schema, env, 'email');
  } catch (error) {
    if (error instanceof InvalidConfig) return error.message;
    throw error;
  }
  throw new Error('accepted');
}

describe('readConfig', () => {
  it('names every problem at once, what is wrong with it and an example', () => {
    const message = problemsOf({ DATABASE_URL: 'mysql://x', HEALTH_PORT: '70000', LOG_LEVEL: 'loud', SMTP_URL: '' });
    expect(message.split('\n')).toEqual([
      'email cannot start: 5 configuration problems.',
      '',
      expect.stringMatching(/^ {2}DATABASE_URL +must be a postgres:\/\/ URL +example: postgres:\/\/email:secret@/),
      expect.stringMatching(/^ {2}AMQP_URL +is missing +example: amqp:\/\//),
      expect.stringMatching(/^ {2}HEALTH_PORT +must be a whole number from 0 to 65535/),
      expect.stringMatching(/^ {2}LOG_LEVEL +Invalid option: expected one of "trace"/),
      expect.stringMatching(/^ {2}SMTP_URL +is missing +example: smtp:\/\/localhost:1025$/),
      '',
    ]);
  });

  it('never prints a value: it may be a password', () => {
    expect(problemsOf({ ...minimal, DATABASE_URL: 'mysql://email:hush@db/email' })).not.toContain('hush');
  });

  it.each([
    ['AMQP_URL', 'amqp://email:50%zz@broker'],
    ['AMQP_URL', 'amqp://em%ail:pw@broker'],
    ['AMQP_URL', 'amqp://broker/%'],
    ['AMQP_URL', 'amqp://email:Stra%DFe@broker'],
    ['AMQP_URL', 'amqp://broker/?heartbeat=%zz'],
    ['SETUP_AMQP_URL', 'amqp://setup:50%@broker'],
    ['DATABASE_URL', 'postgres://email:50%zz@db/email'],
    ['DATABASE_URL', 'postgres://db/email?application_name=%zz'],
    ['SETUP_DATABASE_URL', 'postgres://db/%F0%28'],
  ])('says what is wrong with the encoding of %s=%j', (name, value) => {
    expect(problemsOf({ ...minimal, SMTP_URL: 'smtp://x', [name]: value })).toMatch(
      new RegExp(` {2}${name} +has a % that encodes no character in UTF-8: write %25 for the sign itself`),
    );
  });

  it.each(['%3F', '%23'])('refuses %s in the name of a database, which no client could be told', (encoded) => {
    expect(problemsOf({ ...minimal, SMTP_URL: 'smtp://x', DATABASE_URL: `postgres://db/em${encoded}ail` })).toMatch(
      / {2}DATABASE_URL +names a database with a \? or # in its name/,
    );
  });

  it('counts an empty variable as absent and ignores the ones it does not know', () => {
    const config = readConfig(schema, { ...minimal, SMTP_URL: 'smtp://x', SETUP_AMQP_URL: '', PATH: '/bin' }, 'email');
    expect(config).toEqual({
      ...minimal,
      SMTP_URL: 'smtp://x',
      DATABASE_POOL_SIZE: 10,
      HEALTH_HOST: '0.0.0.0',
      HEALTH_PORT: 9100,
      LOG_LEVEL: 'info',
    });
  });

  it.each(['12.5', 'ten', '-1', '65536', ' ', '0x10', '1e3'])('refuses %s as a port', (port) => {
    expect(problemsOf({ ...minimal, SMTP_URL: 'smtp://x', HEALTH_PORT: port })).toContain('a configuration problem');
  });

  it('reports a rule about several variables under no single name', () => {
    const both = z
      .object({ A: z.string(), B: z.string() })
      .refine(({ A, B }) => A !== B, { error: 'A and B must differ' });
    expect(() => readConfig(both, { A: 'x', B: 'x' }, 'demo')).toThrow(/together +A and B must differ/);
  });
});

it('asks only the common variables of setup and relay, as the service declares them', () => {
  expect(readConfig(commonPart(schema), minimal, 'email')).toMatchObject({ HEALTH_PORT: 9100 });
});

describe('the list of variables in --help', () => {
  const help = describeVariables(schema, 'workspace-provisioning');

  it('has every one with its need, its meaning and an example where there is no default', () => {
    expect(help).toMatch(/ {2}SMTP_URL +required +The mail server\.\n +example: smtp:\/\/localhost:1025$/m);
    expect(help).toMatch(/ {2}LOG_LEVEL +default info +The least/);
    const database = 'postgres://workspace-provisioning:secret@localhost:5432/workspace-provisioning';
    expect(help).toMatch(new RegExp(` {2}DATABASE_URL +required .*\n +example: ${database}\n`));
    expect(help).toMatch(/ {2}SETUP_AMQP_URL +optional +For `setup`/);
  });

  it('has those of OpenTelemetry that are honoured, and where there are more', () => {
    for (const name of ['OTLP_ENDPOINT', 'METRICS_EXPORTER', 'TRACES_SAMPLER']) expect(help).toContain(name);
    expect(help).toContain('https://opentelemetry.io/docs/specs/');
  });

  it('fits in 100 columns', () => {
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(HELP_WIDTH);
  });
});

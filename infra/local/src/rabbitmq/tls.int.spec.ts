import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@tributary/testing';
import { command } from '../machine/command.ts';
import { freePorts } from '../machine/free-ports.ts';
import { appProgram } from '../stack/build.ts';
import { RunFolder } from '../stack/run-folder.ts';
import { emptyLogFolder } from '../stack/start-stack.ts';
import type { SupervisedProcess } from '../stack/supervised-process.ts';
import { prepareBroker, type Broker } from './broker.ts';
import type { ServiceTopology } from './definitions.ts';

const SERVICE = 'workspace-provisioning';
const VHOST = 'Ströme/1 %';
const NO_CA = '/dev/null';

/** A broker that listens with TLS, whose certificate is for `localhost` alone, from an authority that nobody knows. */
let folder: string;
let run: RunFolder;
let broker: Broker;
let node: SupervisedProcess;
let database: TestDatabase;
let secure: { amqps: URL; https: URL };
const inFolder = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-tls-'));
  await makeCertificates();
  database = await testDatabase({ migrations: [] });
  run = new RunFolder();
  broker = await prepareBroker(run, emptyLogFolder('spec-tls'), () => undefined, { vhost: VHOST });
  const [amqps = 0, https = 0] = await freePorts(2);
  const files = [
    `cacertfile = ${inFolder('ca.pem')}`,
    `certfile = ${inFolder('server.pem')}`,
    `keyfile = ${inFolder('server.key')}`,
  ];
  const settings = [
    `listeners.ssl.1 = 127.0.0.1:${amqps}`,
    ...files.map((file) => `ssl_options.${file}`),
    'management.ssl.ip = 127.0.0.1',
    `management.ssl.port = ${https}`,
    ...files.map((file) => `management.ssl.${file}`),
  ];
  appendFileSync(join(run.folder('rabbitmq'), 'rabbitmq.conf'), `${settings.join('\n')}\n`);
  node = broker.nodes[0] as SupervisedProcess;
  await node.start();
  const topology = await command(process.execPath, [appProgram(SERVICE), 'topology']);
  const login = await broker.admit(JSON.parse(topology) as ServiceTopology);
  secure = {
    amqps: Object.assign(new URL(broker.amqpUrl(login).replace('amqp:', 'amqps:')), { host: `localhost:${amqps}` }),
    https: new URL(broker.managementUrl.replace('http:', 'https:').replace(/127.0.0.1:\d+/, `localhost:${https}`)),
  };
}, 180_000);

afterAll(async () => {
  await node.stop();
  run.remove();
  await database.drop();
  rmSync(folder, { recursive: true });
}, 60_000);

describe('over TLS, with an authority of our own, on a vhost whose name has to be encoded', () => {
  it('a service is set up, works with its own rights, and stops', async () => {
    const { code, output } = await service('setup', inFolder('ca.pem'));
    expect(output).toContain('created queue workspace-provisioning.user.signed-up.v1 (quorum)');
    expect(code).toBe(0);
    const relay = await service('relay', inFolder('ca.pem'), { until: 'connected to the broker' });
    expect(relay).toMatchObject({ code: 0 });
  });

  it('the management API answers', async () => {
    const { code, output } = await asksManagement(inFolder('ca.pem'));
    expect(output).toContain(VHOST);
    expect(code).toBe(0);
    expect((await asksManagement(NO_CA)).output).toMatch(/unable to verify|self-signed/);
  });

  it('an authority that is not known is refused at once, with what to do', async () => {
    const { code, output } = await service('setup', NO_CA);
    expect(output).toMatch(
      /could not be set up: the certificate of the broker at localhost:\d+: .*(self-signed|unable to verify).*NODE_EXTRA_CA_CERTS/,
    );
    expect(output).not.toContain('waiting for');
    expect(code).toBe(1);
    const relay = await service('relay', NO_CA, { until: 'NODE_EXTRA_CA_CERTS' });
    expect(relay.output).toContain('no connection to the broker, trying again');
  });

  it('a host that the certificate is not for is refused at once, with both names', async () => {
    const { code, output } = await service('setup', inFolder('ca.pem'), { host: '127.0.0.1' });
    expect(output).toMatch(/could not be set up: the certificate of the broker at 127.0.0.1:\d+: .*altnames/);
    expect(output).not.toContain('waiting for');
    expect(code).toBe(1);
  });
});

/** `ca.pem`, and `server.pem` with `server.key` that it has signed for `localhost`. */
async function makeCertificates(): Promise<void> {
  const openssl = (...args: string[]) => command('openssl', args, { cwd: folder });
  const key = ['-newkey', 'rsa:2048', '-noenc', '-days', '2'];
  await openssl('req', '-x509', ...key, '-subj', '/CN=An authority', '-keyout', 'ca.key', '-out', 'ca.pem');
  await openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-noenc',
    '-subj',
    '/CN=localhost',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  writeFileSync(inFolder('names'), 'subjectAltName=DNS:localhost\n');
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2'];
  await openssl('x509', '-req', '-in', 'server.csr', ...by, '-out', 'server.pem');
}

/** A command of the service, ended by SIGTERM when it has said `until`. */
async function service(
  verb: string,
  ca: string,
  { host = 'localhost', until }: { host?: string; until?: string } = {},
) {
  const amqp = (url: URL) => Object.assign(new URL(url), { hostname: host }).href;
  const { username, password } = new URL(broker.amqpUrl());
  return outputOf([appProgram(SERVICE), verb], ca, until, {
    AMQP_URL: amqp(secure.amqps),
    SETUP_AMQP_URL: amqp(Object.assign(new URL(secure.amqps), { username, password })),
    DATABASE_URL: database.url,
    HEALTH_HOST: '127.0.0.1',
    HEALTH_PORT: '0',
  });
}

const asksManagement = (ca: string) => {
  const { origin, username, password } = secure.https;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const ask = `fetch('${origin}/api/vhosts', { headers: { authorization: '${authorization}' } })`;
  return outputOf(
    ['-e', `${ask}.then((it) => it.text()).then(console.log, ({ cause }) => console.log(String(cause)))`],
    ca,
  );
};

/** A program that ends by itself, or at `until`; after 40 s at the latest. */
async function outputOf(args: string[], ca: string, until?: string, more: Record<string, string> = {}) {
  const env = { NODE_EXTRA_CA_CERTS: ca, ...more };
  const child = spawn(process.execPath, args, { env, timeout: 40_000, killSignal: 'SIGKILL' });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (until && !child.killed && output.includes(until)) child.kill('SIGTERM');
  });
  const ended = once(child, 'close');
  const said = await text(child.stderr);
  const [code] = (await ended) as [number | null];
  return { code, output: output + said };
}

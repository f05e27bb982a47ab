import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from '@jest/globals';
import { configureLogging } from '@tributary/telemetry';
import { type Health, startHealthServer } from './health-server.ts';

configureLogging({ level: 'silent', service: 'health' });

let server: Awaited<ReturnType<typeof startHealthServer>>;
afterEach(() => server.close());

async function ask(path: string, health: Health | Error) {
  server = await startHealthServer({ host: '127.0.0.1', port: 0 }, async () => {
    if (health instanceof Error) throw health;
    return health;
  });
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
  return { code: response.status, body: await response.json() };
}

describe('the health server', () => {
  it('is ready without problems', async () => {
    expect(await ask('/readyz', { problems: [] })).toEqual({ code: 200, body: { status: 'ready', problems: [] } });
  });

  it('is not ready with a problem, and names warnings beside it', async () => {
    const health = { problems: ['no database'], warnings: ['no broker'] };
    expect(await ask('/readyz', health)).toEqual({
      code: 503,
      body: { status: 'not ready', problems: ['no database', 'no broker'] },
    });
  });

  it('stays ready with a warning, and says so', async () => {
    const health = { problems: [], warnings: ['no broker'] };
    expect(await ask('/readyz', health)).toEqual({ code: 200, body: { status: 'degraded', problems: ['no broker'] } });
  });

  it('is live whatever else is wrong', async () => {
    expect(await ask('/livez', { problems: ['no database'] })).toEqual({ code: 200, body: { status: 'live' } });
  });

  it('is not ready when its state is not known, and keeps the reason to itself', async () => {
    expect(await ask('/readyz', new Error('at db.internal as root'))).toMatchObject({
      code: 503,
      body: { problems: ['readiness is not known'] },
    });
  });

  it('listens where it is told to, and nowhere else', async () => {
    await ask('/livez', { problems: [] });
    const elsewhere = Object.values(networkInterfaces()).flatMap((own) => own ?? []);
    for (const { address } of elsewhere.filter(({ internal, family }) => !internal && family === 'IPv4'))
      await expect(fetch(`http://${address}:${server.port}/livez`)).rejects.toThrow();
  });

  it('names the variable to change when its port is taken or its host is not here', async () => {
    await ask('/livez', { problems: [] });
    const startAt = (host: string, port: number) => startHealthServer({ host, port }, async () => ({ problems: [] }));
    await expect(startAt('127.0.0.1', server.port)).rejects.toThrow(
      `HEALTH_PORT ${server.port} is taken (EADDRINUSE): choose another`,
    );
    await expect(startAt('192.0.2.1', 0)).rejects.toThrow('HEALTH_HOST 192.0.2.1 is no address of this machine');
  });

  it('has nothing else', async () => {
    expect(await ask('/metrics', { problems: [] })).toMatchObject({ code: 404 });
  });
});

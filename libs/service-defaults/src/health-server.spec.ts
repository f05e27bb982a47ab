import { afterEach, describe, expect, it } from '@jest/globals';
import { type Health, startHealthServer } from './health-server.ts';

let server: Awaited<ReturnType<typeof startHealthServer>>;
afterEach(() => server.close());

async function ask(path: string, health: Health | Error) {
  server = await startHealthServer(0, async () => {
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

  it('is not ready when nobody can tell', async () => {
    expect(await ask('/readyz', new Error('no idea'))).toMatchObject({
      code: 503,
      body: { problems: [expect.stringContaining('no idea')] },
    });
  });

  it('has nothing else', async () => {
    expect(await ask('/metrics', { problems: [] })).toMatchObject({ code: 404 });
  });
});

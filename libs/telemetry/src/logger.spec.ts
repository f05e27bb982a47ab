import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';

const fixture = fileURLToPath(new URL('../fixtures/logging.ts', import.meta.url));

describe('logger', () => {
  let output: string;
  let lines: Record<string, unknown>[];
  const line = (msg: string) => lines.find((each) => each['msg'] === msg);

  beforeAll(() => {
    output = execFileSync(process.execPath, [fixture], { encoding: 'utf8', env: {} });
    lines = output
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
  });

  it('writes JSON lines with level, time, name and service', () => {
    expect(line('after configuration')).toMatchObject({ level: 'debug', name: 'early', service: 'demo' });
    expect(line('after configuration')?.['time']).toMatch(/^\d{4}-.*Z$/);
  });

  it('applies the level to loggers handed out before it was known', () => {
    expect(line('below the level')).toBeUndefined();
  });

  it('adds the ids of the trace and of the event that is being handled, only then', () => {
    expect(line('in scope')).toMatchObject({
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
      event_id: 'e1',
      event_type: 'thing.done.v1',
      correlation_id: 'c1',
    });
    expect(Object.keys(line('out of scope') ?? {}).sort()).toEqual(['level', 'msg', 'name', 'pid', 'service', 'time']);
  });

  it('logs an error with its stack and causes', () => {
    expect(line('an error')).toMatchObject({
      err: {
        message: 'not delivered',
        stack: expect.stringContaining('logging.ts'),
        cause: { message: '550 <[redacted]> unknown', cause: { message: 'amqp://[redacted]@broker refused' } },
      },
    });
  });

  it('prints no personal data and no password', () => {
    expect(output).not.toMatch(/ada@example|Ada|hush/);
    expect(line('insert failed for [redacted]')).toMatchObject({ err: { code: '23505' } });
    expect(line('refused for [redacted]')).toBeDefined();
  });

  it('speaks for Nest: context as name, chatter as debug, stacks kept', () => {
    expect(line('Mapped {/signups, POST} route')).toMatchObject({ level: 'debug', name: 'RouterExplorer' });
    expect(line('careful')).toMatchObject({ level: 'warn', name: 'MyContext' });
    expect(line('broke')).toMatchObject({ level: 'error', stack: expect.stringContaining('at somewhere') });
    expect(lines.at(-1)).toMatchObject({ name: 'MyContext', err: { message: 'thrown for [redacted]' } });
  });
});

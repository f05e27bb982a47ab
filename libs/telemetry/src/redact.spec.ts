import { describe, expect, it } from '@jest/globals';
import { describeError } from './describe-error.ts';
import { maskText } from './mask-text.ts';
import { redact } from './redact.ts';

describe('redact', () => {
  it('removes personal and secret fields at any depth and in any spelling', () => {
    const logged = redact({
      event: { id: 'e1', data: { email: 'a@b.example', people: [{ display_name: 'Ada', id: 1 }] } },
      headers: { 'Set-Cookie': 'x', authorization: 'y', host: 'h' },
      info: new Map([['to', 'a@b.example']]),
    });
    expect(logged).toEqual({
      event: { id: 'e1', data: { email: '[redacted]', people: [{ display_name: '[redacted]', id: 1 }] } },
      headers: { 'Set-Cookie': '[redacted]', authorization: '[redacted]', host: 'h' },
      info: { to: '[redacted]' },
    });
  });

  it('says that a value is absent, since absence reveals nothing', () => {
    expect(redact({ email: null })).toEqual({ email: null });
  });

  it('hides credentials in URLs and keeps the host', () => {
    expect(redact({ url: 'amqp://guest:hush@broker:5672/v' })).toEqual({ url: 'amqp://[redacted]@broker:5672/v' });
  });

  it('ends in a circle instead of overflowing the stack', () => {
    const circle: Record<string, unknown> = {};
    circle.again = circle;
    expect(JSON.stringify(redact(circle))).toContain('[too deep]');
  });

  it('describes errors wherever they stand, and leaves buffers and values JSON cannot say as text', () => {
    expect(redact({ reason: new TypeError('no'), body: Buffer.from('ada'), big: 5n })).toMatchObject({
      reason: { type: 'TypeError', message: 'no' },
      body: '[3 bytes]',
      big: '5',
    });
  });
});

describe('maskText', () => {
  it.each([
    ['550 <ada.l+x@mail.example.com>: no', '550 <[redacted]>: no'],
    ['Straße@müller.example is taken', '[redacted] is taken'],
    ['postgres://app:p%40ss@db/signup', 'postgres://[redacted]@db/signup'],
  ])('hides the address or credentials in %j', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  it.each(['at f (file:///x/node_modules/@nestjs/core/index.js:1:2)', 'pino@10.4.0 at node:internal', 'a @ b'])(
    'leaves %j alone',
    (text) => expect(maskText(text)).toBe(text),
  );
});

describe('describeError', () => {
  it('keeps causes and codes and drops what drivers attach', () => {
    const root = Object.assign(new Error('root'), { code: 'ECONNREFUSED', detail: 'Key (name)=(Ada)' });
    const described = describeError(new Error('outer', { cause: root }));
    expect(described).toMatchObject({ message: 'outer', cause: { message: 'root', code: 'ECONNREFUSED' } });
    expect(described.cause?.stack).toContain('Error: root');
    expect(JSON.stringify(described)).not.toContain('Key (name)');
  });

  it('names every part of an aggregate', () => {
    const refused = new AggregateError([new Error('::1'), new Error('127.0.0.1')], 'refused');
    expect(describeError(refused).errors?.map(({ message }) => message)).toEqual(['::1', '127.0.0.1']);
  });

  it('describes what is not an error without printing its contents', () => {
    expect(describeError({ email: 'a@b.example' })).toEqual({ type: 'object', message: '[object Object]' });
    expect(describeError('plain')).toEqual({ type: 'string', message: 'plain' });
  });

  it('survives a cause that is its own cause', () => {
    const circle = new Error('circle');
    circle.cause = circle;
    expect(() => JSON.stringify(describeError(circle))).not.toThrow();
  });
});

import { describe, expect, it } from '@jest/globals';
import { Deadlines } from './deadlines.ts';

const late = (name: string) => new Error(`${name} is late`);

describe('a deadline', () => {
  it('passes on what ends in time, and what fails in time', async () => {
    const deadlines = new Deadlines(10_000, late);
    await expect(deadlines.race(Promise.resolve(7), 'a')).resolves.toBe(7);
    await expect(deadlines.race(Promise.reject(new Error('own')), 'b')).rejects.toThrow('own');
  });

  it('rejects what does not end, each time anew', async () => {
    const deadlines = new Deadlines(20, late);
    await expect(deadlines.race(new Promise(() => undefined), 'c')).rejects.toThrow('c is late');
    await expect(deadlines.race(new Promise(() => undefined), 'c')).rejects.toThrow('c is late');
  });

  it('is not prolonged by work that starts later', async () => {
    const deadlines = new Deadlines(30, late);
    const order: string[] = [];
    const first = deadlines.race(new Promise(() => undefined), 'd').catch(() => order.push('first'));
    const busy = setInterval(
      () => void deadlines.race(new Promise(() => undefined), 'd').catch(() => order.push('other')),
      5,
    );
    await first;
    clearInterval(busy);
    expect(order[0]).toBe('first');
  });
});

import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { configureLogging } from '@tributary/telemetry';
import type { Delivery } from './delivery.ts';
import { CrashedTheProcess, NotBegun } from './errors.ts';
import { type CrashMarks, Isolation } from './isolation.ts';

configureLogging({ level: 'silent', service: 'spec' });

/** What survives a process. */
class Remembered implements CrashMarks {
  readonly marks = new Map<string, number>();
  readonly asked: string[] = [];
  count = async (id: string, queue: string) => {
    this.asked.push(id);
    return this.marks.get(`${queue} ${id}`) ?? 0;
  };
  add = async (id: string, queue: string) => {
    this.marks.set(`${queue} ${id}`, (await this.count(id, queue)) + 1);
  };
  clear = async (id: string, queue: string) => void this.marks.delete(`${queue} ${id}`);
}

const delivery = (redelivered: boolean) => ({ queue: 'q', redelivered }) as Delivery;
const first = delivery(false);
const again = delivery(true);
const never = () => new Promise<never>(() => undefined);

let marks: Remembered;
let isolation: Isolation;
beforeEach(() => {
  marks = new Remembered();
  isolation = new Isolation(marks);
});

/** A process begins with these messages and ends before any of them is done. @returns which were begun */
async function crash(...ids: string[]): Promise<string[]> {
  const begun: string[] = [];
  isolation = new Isolation(marks);
  const begin = (id: string) => () => (begun.push(id), never());
  for (const id of ids) void isolation.run(id, again, begin(id)).catch(() => begun.push(`not ${id}`));
  for (let turns = 0; turns < 20; turns++) await turn();
  return begun;
}

describe('a message', () => {
  it('that is delivered for the first time is not marked, and goes with all others', async () => {
    expect(await Promise.all([1, 2].map((n) => isolation.run(`${n}`, first, async () => n)))).toEqual([1, 2]);
    expect(marks.asked).toEqual([]);
  });

  it('that is redelivered has a mark while it is handled, whatever comes of it', async () => {
    const during = () => Promise.resolve(marks.marks.get('q a'));
    expect(await isolation.run('a', again, during)).toBe(1);
    expect(marks.marks.size).toBe(0);
    await expect(isolation.run('a', again, () => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
    expect(marks.marks.size).toBe(0);
  });

  it('goes with others after one crash, alone after two and three, and is the culprit after four', async () => {
    expect(await crash('a', 'b', 'c')).toEqual(['a', 'b', 'c']);
    expect(await crash('a', 'b', 'c')).toEqual(['a']);
    expect(await crash('a', 'b', 'c')).toEqual(['a']);
    expect(await crash('a', 'b', 'c')).toEqual(['not a', 'b']);
    await expect(isolation.run('a', again, never)).rejects.toThrow(CrashedTheProcess);
    expect(Object.fromEntries(marks.marks)).toEqual({ 'q a': 3, 'q b': 2, 'q c': 1 });
  });

  it('that goes alone has nothing beside it: neither what is new nor what is redelivered', async () => {
    await crash('a');
    isolation = new Isolation(marks);
    const { promise, resolve: leave } = Promise.withResolvers<void>();
    const alone = isolation.run('a', again, () => promise);
    await turn();
    const begun: string[] = [];
    const others = [
      isolation.run('b', first, async () => begun.push('b')),
      isolation.run('c', again, async () => begun.push('c')),
    ];
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(begun).toEqual([]);
    leave();
    await Promise.all([alone, ...others]);
    expect(begun.sort()).toEqual(['b', 'c']);
  });

  it('is one per queue', async () => {
    await crash('a');
    const elsewhere = { queue: 'other', redelivered: true } as Delivery;
    await isolation.run('a', elsewhere, async () => undefined);
    expect(Object.fromEntries(marks.marks)).toEqual({ 'q a': 1 });
  });
});

describe('a process that stops in order', () => {
  it('begins nothing that still waits for its turn, and leaves no mark on what it leaves behind', async () => {
    await crash('a', 'b');
    isolation = new Isolation(marks);
    const { promise, resolve: leave } = Promise.withResolvers<void>();
    const running = isolation.run('a', again, () => promise);
    await turn();
    const waiting = [isolation.run('b', again, never), isolation.run('c', first, never)].map((it) =>
      it.catch((error) => error),
    );
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(marks.marks.get('q a')).toBe(2);
    isolation.stop();
    await isolation.forgive();
    expect(Object.fromEntries(marks.marks)).toEqual({ 'q b': 1 });
    leave();
    await running;
    expect(await Promise.all(waiting)).toEqual([expect.any(NotBegun), expect.any(NotBegun)]);
  });
});

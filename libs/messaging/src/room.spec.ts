import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Room } from './room.ts';

/** People in a room who stay until they are told to leave. */
function visitors() {
  const room = new Room();
  const inside = new Set<string>();
  const leave = new Map<string, () => void>();
  const stay = (name: string) => () => {
    inside.add(name);
    return new Promise<string>((resolve) => leave.set(name, () => (inside.delete(name), resolve(name))));
  };
  return {
    inside: async () => {
      await turn();
      return [...inside];
    },
    together: (name: string) => room.together(stay(name)),
    alone: (name: string) => room.alone(stay(name)),
    leaves: (name: string) => leave.get(name)?.(),
    room,
  };
}

describe('a room', () => {
  it('is for any number together', async () => {
    const { together, inside } = visitors();
    void together('a');
    void together('b');
    expect(await inside()).toEqual(['a', 'b']);
  });

  it('is for one alone when the others have left, and lets nobody in meanwhile', async () => {
    const { together, alone, inside, leaves } = visitors();
    void together('a');
    void together('b');
    void alone('one');
    void together('late');
    leaves('a');
    expect(await inside()).toEqual(['b']);
    leaves('b');
    expect(await inside()).toEqual(['one']);
    leaves('one');
    expect(await inside()).toEqual(['late']);
  });

  it('is for several alone, one after the other, before anybody else', async () => {
    const { together, alone, inside, leaves } = visitors();
    const names = ['one', 'two', 'three'];
    for (const name of names) void alone(name);
    void together('a');
    void together('b');
    for (const name of names) {
      expect(await inside()).toEqual([name]);
      leaves(name);
    }
    expect(await inside()).toEqual(['a', 'b']);
  });

  it('hands on what work returns and throws, and is free afterwards', async () => {
    const { room, alone, leaves, inside } = visitors();
    await expect(room.together(async () => 1)).resolves.toBe(1);
    await expect(room.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(room.together(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const one = alone('one');
    expect(await inside()).toEqual(['one']);
    leaves('one');
    await expect(one).resolves.toBe('one');
    await expect(room.together(async () => 2)).resolves.toBe(2);
  });
});

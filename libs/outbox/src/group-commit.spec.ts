import { describe, expect, it } from '@jest/globals';
import { GroupCommit, Overloaded } from './index.ts';

/** A commit function whose commits the test ends one by one. */
function heldCommits() {
  const commits: { items: number[]; end(results?: (number | Error)[]): void; fail(error: Error): void }[] = [];
  const commit = (items: number[]) =>
    new Promise<(number | Error)[]>((resolve, fail) => {
      commits.push({ items, end: (results = items.map((item) => item * 10)) => resolve(results), fail });
    });
  return { commits, commit };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const refused = (code: string) => Object.assign(new Error('refused'), { code });

describe('a group commit', () => {
  it('commits at once when it is idle', async () => {
    const { commits, commit } = heldCommits();
    const group = new GroupCommit(commit);
    const result = group.submit(1);
    await turn();
    expect(commits.map(({ items }) => items)).toEqual([[1]]);
    commits[0]?.end();
    await expect(result).resolves.toBe(10);
  });

  it('has two commits in flight and puts what waits meanwhile into the next ones, 128 at most', async () => {
    const { commits, commit } = heldCommits();
    const group = new GroupCommit(commit);
    const results = [group.submit(1)];
    await turn();
    results.push(group.submit(2));
    await turn();
    results.push(...range(3, 202).map((item) => group.submit(item)));
    await turn();
    expect(commits.map(({ items }) => items.length)).toEqual([1, 1]);
    commits[0]?.end();
    await turn();
    expect(commits.map(({ items }) => items.length)).toEqual([1, 1, 128]);
    commits[1]?.end();
    await turn();
    expect(commits[3]?.items).toEqual(range(131, 202));
    for (const { end } of commits.slice(2)) end();
    await expect(Promise.all(results)).resolves.toEqual(range(1, 202).map((item) => item * 10));
  });

  it('gives every item its own result or error', async () => {
    const group = new GroupCommit((items: string[]) =>
      Promise.resolve(items.map((item) => (item === 'taken' ? new Error('taken') : item.length))),
    );
    const results = await Promise.allSettled(['ada', 'taken', 'grace'].map((item) => group.submit(item)));
    expect(results).toMatchObject([{ value: 3 }, { reason: { message: 'taken' } }, { value: 5 }]);
  });

  it('fails all of a group when nobody knows what became of it, without asking again', async () => {
    const { commits, commit } = heldCommits();
    const group = new GroupCommit(commit);
    const results = Promise.allSettled([group.submit(1), group.submit(2)]);
    await turn();
    commits[0]?.fail(refused('57P01'));
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(commits).toHaveLength(1);
  });

  it.each([
    ['pg', refused('22021')],
    ['Prisma', { code: 'P2039', meta: { driverAdapterError: { cause: { originalCode: '22021' } } } }],
  ])('lets the innocent succeed when one item has the database refuse the group (%s)', async (_, error) => {
    const tried: string[][] = [];
    const group = new GroupCommit(async (items: string[]) => {
      tried.push(items);
      if (items.includes('poison')) throw error;
      return items;
    });
    const results = await Promise.allSettled(['a', 'poison', 'b'].map((item) => group.submit(item)));
    expect(results).toMatchObject([{ value: 'a' }, { reason: error }, { value: 'b' }]);
    expect(tried).toEqual([['a', 'poison', 'b'], ['a'], ['poison'], ['b']]);
  });

  it('goes on after a failure', async () => {
    const { commits, commit } = heldCommits();
    const group = new GroupCommit(commit, { maxCommits: 1 });
    const first = group.submit(1);
    await turn();
    const second = group.submit(2);
    commits[0]?.fail(new Error('lost'));
    await expect(first).rejects.toThrow('lost');
    await turn();
    commits[1]?.end();
    await expect(second).resolves.toBe(20);
  });

  it('refuses more than may wait', async () => {
    const { commits, commit } = heldCommits();
    const group = new GroupCommit(commit, { maxCommits: 1, maxWaiting: 2 });
    const first = group.submit(1);
    await turn();
    const waiting = [group.submit(2), group.submit(3)];
    await expect(group.submit(4)).rejects.toThrow(Overloaded);
    commits[0]?.end();
    await turn();
    commits[1]?.end();
    await expect(Promise.all([first, ...waiting])).resolves.toEqual([10, 20, 30]);
  });
});

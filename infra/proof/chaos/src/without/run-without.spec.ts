import { expect, it } from '@jest/globals';
import { guarantees } from './guarantees.ts';
import { runWithout } from './run-without.ts';

it('a guarantee that there is not is answered with those that there are', async () => {
  const said: string[] = [];
  const { signal } = new AbortController();
  const code = await runWithout('luck', { say: (line) => said.push(line), seed: 7, signal });
  expect(code).toBe(1);
  expect(said).toHaveLength(1);
  for (const { name } of guarantees) expect(said[0]).toContain(name);
});

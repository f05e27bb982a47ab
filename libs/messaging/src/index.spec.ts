import { expect, it } from '@jest/globals';

it('can be the first thing a process imports', async () => {
  await expect(import('./index.ts')).resolves.toHaveProperty('On');
});

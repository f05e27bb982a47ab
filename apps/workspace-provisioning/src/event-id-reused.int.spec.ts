import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@tributary/testing';
import { type ProvisioningSystem, provisioningSystem, someone } from './workspace-provisioning.fixture.ts';

let system: ProvisioningSystem;

beforeAll(async () => {
  system = await provisioningSystem();
  await system.start();
});
afterAll(() => system[Symbol.asyncDispose]());

describe('the same event id with another content', () => {
  it.each([
    ['another name', () => ({ workspaceName: 'Difference Engines' })],
    ['another person', () => ({ userId: randomUUID() })],
    ['an address that this service does not keep', () => ({ email: 'eve@example.com' })],
  ])('makes the first workspace only, and is dead: %s', async (_what, otherwise) => {
    const ada = someone();
    await system.deliver(ada.signedUp);
    const second = { ...ada.signedUp, data: { ...ada.signedUp.data, ...otherwise() } };
    await system.publish([second]);
    await eventually(async () => expect(await system.deadOf(second)).toBe('event-id-reused'));
    expect(await system.workspacesOf(ada.userId)).toMatchObject([{ name: 'Analytical Engines' }]);
    if (second.data.userId !== ada.userId) expect(await system.workspacesOf(second.data.userId)).toEqual([]);
  });
});

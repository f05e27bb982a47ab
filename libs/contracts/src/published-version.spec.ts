import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { catalog } from './catalog.ts';
import { defineEvent } from './define-event.ts';
import type { EventContract } from './define-event.ts';
import { publishedVersion } from './published-version.ts';

const fixtures = new URL('../fixtures/', import.meta.url);
const published = readdirSync(fixtures)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')) as ReturnType<typeof publishedVersion>);

describe('a published version never changes', () => {
  it.each(published)('$type', (fixture) => {
    const contract = catalog.find(({ type }) => type === fixture.type);
    if (!contract) throw new Error(`${fixture.type} was published and is gone: somebody may still state or hear it`);
    // If this fails, the change belongs into a v2 beside it.
    expect(JSON.parse(JSON.stringify(publishedVersion(contract)))).toEqual(fixture);
    expect(contract.data.parse(fixture.example)).toEqual(fixture.example);
  });

  it('has a fixture for every contract (npx nx publish-versions contracts writes the missing ones)', () => {
    expect(published.map(({ type }) => type).sort()).toEqual(catalog.map(({ type }) => type).sort());
  });
});

describe('the comparison', () => {
  const base = { type: 'thing.done.v1', producer: 'p', summary: 's', subject: 'id', example: { id: 'a' } } as const;
  const before = publishedVersion(defineEvent({ ...base, data: z.object({ id: z.string() }) }));

  it.each([
    ['a new required field', { id: z.string(), more: z.string() }],
    ['a new optional field', { id: z.string(), more: z.string().optional() }],
    ['a field made optional', { id: z.string().optional() }],
    ['a tighter limit', { id: z.string().max(5) }],
    ['another type', { id: z.union([z.string(), z.number()]) }],
    ['a new mark of personal data', { id: z.string().meta({ pii: true }) }],
  ])('notices %s', (_, shape) => {
    const after = defineEvent({ ...base, data: z.object(shape) } as never) as EventContract;
    expect(publishedVersion(after)).not.toEqual(before);
  });

  it('lets a description be reworded', () => {
    const after = defineEvent({ ...base, data: z.object({ id: z.string().describe('which') }) });
    expect(publishedVersion(after)).toEqual(before);
  });

  it('refuses what JSON Schema cannot say', () => {
    const hidden = defineEvent({ ...base, data: z.object({ id: z.string().refine((id) => id !== 'b') }) });
    expect(() => publishedVersion(hidden)).toThrow(/refinement/);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { catalog } from './catalog.ts';
import { defineEvent, type EventContract } from './define-event.ts';
import { publishedEnvelope, publishedVersion } from './published-version.ts';

const read = (file: string) => JSON.parse(readFileSync(new URL(`../fixtures/${file}.json`, import.meta.url), 'utf8'));
const fixtures = readdirSync(new URL('../fixtures/', import.meta.url))
  .filter((file) => /\.v\d+\.json$/.test(file))
  .map((file) => file.replace(/\.json$/, ''));
const asJson = (value: object) => JSON.parse(JSON.stringify(value));

describe('a published version never changes', () => {
  it.each(fixtures)('%s', (type) => {
    const contract = catalog.find((each) => each.type === type);
    if (!contract) throw new Error(`${type} was published and is gone: somebody may still state or hear it`);
    const fixture = read(type);
    // If this fails, the change belongs into a v2 beside it.
    expect(asJson(publishedVersion(contract))).toEqual(fixture);
    expect(contract.data.parse(fixture.example)).toEqual(fixture.example);
  });

  it('has a fixture for every contract (npx nx publish-versions contracts writes the missing ones)', () => {
    expect(fixtures.toSorted()).toEqual(catalog.map(({ type }) => type).sort());
  });

  it('neither does the envelope that all of them share', () => {
    expect(asJson(publishedEnvelope())).toEqual(read('envelope'));
  });
});

it('gives every noun one owner: a login may state its own nouns and no other', () => {
  const nounOf = (type: string) => type.split('.', 1)[0];
  const owners = new Map(catalog.map(({ type, producer }) => [nounOf(type), producer]));
  for (const { type, producer } of catalog) expect([type, producer]).toEqual([type, owners.get(nounOf(type))]);
});

describe('the comparison', () => {
  const base = { type: 'thing.done.v1', producer: 'p', summary: 's', subject: 'id', example: { id: 'a' } } as const;
  const versionOf = (shape: object) =>
    publishedVersion(defineEvent({ ...base, data: z.object(shape) } as never) as EventContract);
  const before = versionOf({ id: z.string() });

  it.each([
    ['a new required field', { id: z.string(), more: z.string() }],
    ['a new optional field', { id: z.string(), more: z.string().optional() }],
    ['a field made optional', { id: z.string().optional() }],
    ['a tighter limit', { id: z.string().max(5) }],
    ['a pattern', { id: z.string().regex(/^a/u) }],
    ['another type', { id: z.union([z.string(), z.number()]) }],
    ['a new mark of personal data', { id: z.string().meta({ pii: true }) }],
  ])('notices %s', (_, shape) => {
    expect(versionOf(shape)).not.toEqual(before);
  });

  it('lets a description be reworded', () => {
    expect(versionOf({ id: z.string().describe('which') })).toEqual(before);
  });

  it.each([
    ['a refinement', z.string().refine((id) => id !== 'b')],
    ['a transform', z.string().transform((id) => id.slice(1))],
    ['a second schema behind the first', z.string().pipe(z.string().min(3))],
    ['trimming', z.string().trim()],
    ['coercion', z.coerce.string()],
    ['a default', z.string().default('a')],
    ['a substitute for what is wrong', z.string().catch('a')],
    ['a pattern that ignores case', z.string().regex(/^a/i)],
    ['a format without a pattern', z.url({ protocol: /^https$/ })],
    ['one of these inside a list', z.array(z.object({ name: z.string().trim() }))],
  ])('refuses %s, which JSON Schema cannot say or others read differently', (_, id) => {
    expect(() => versionOf({ id })).toThrow(/^thing\.done\.v1 has /);
  });
});

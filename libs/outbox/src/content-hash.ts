import { hash } from 'node:crypto';
import type { Event } from '@tributary/contracts';

/** Hexadecimal digits: 128 bits. */
const LENGTH = 32;

/**
 * The same for everything that says the same, however it was written: of what the contract reads, with the fields of every object in
 * order. Not of the bytes: a producer that states a fact once more may serialise it otherwise.
 */
export function contentHash({ id: _, ...content }: Event): string {
  return hash('sha256', JSON.stringify(content, inOrder)).slice(0, LENGTH);
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

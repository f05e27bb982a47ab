import type { Person } from '../people/lock-person.ts';
import { isReserved } from './reserved-names.ts';
import { slugOf } from './slug.ts';

/** The workspace somebody asks for. */
export interface Wish {
  userId: string;
  /** Which name of theirs this is: 1 for the one given at signup. */
  attempt: number;
  name: string;
}

export type Plan = { step: 'nothing' } | { step: 'refuse'; reason: 'name-reserved' } | { step: 'create'; slug: string };

/** What to do about a wish, given what was done for the person so far. Facts arrive in any order, and more than once. */
export function planWorkspace({ attempt, name }: Wish, person: Person): Plan {
  if (person.withdrawn || person.workspaceId || attempt <= person.attempt) return { step: 'nothing' };
  const slug = slugOf(name);
  return isReserved(name, slug) ? { step: 'refuse', reason: 'name-reserved' } : { step: 'create', slug };
}

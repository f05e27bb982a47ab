import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../machine/places.ts';

const isPage = (name: string) => name.endsWith('.md');

/** Every page of documentation, by its path in the repository. */
export const markdownPages: readonly string[] = [
  ...readdirSync(repository).filter(isPage),
  ...readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(isPage)
    .map((name) => join('docs', name)),
];

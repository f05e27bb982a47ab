import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../../..', import.meta.url));

/** The main file of a built app. */
export const appProgram = (app: string) => join(repository, 'apps', app, 'dist', 'main.js');

/** Every source, setting and page below a folder of the repository. */
export function sources(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !NOT_WRITTEN.test(name));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return SOURCE.test(path) ? [path] : [];
  });
}

const NOT_WRITTEN = /^(node_modules|dist|out-tsc|generated|test-output|\..*)$/;
const SOURCE = /\.(ts|js|mjs|json|md|sql|prisma|ya?ml|sh)$/;

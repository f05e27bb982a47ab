import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '@tributary/local';

/** The main file of a built app. */
export const appProgram = (app: string) => join(repository, 'apps', app, 'dist', 'main.js');

/** Every source, setting and page in these folders of the repository. */
export const sources = (...folders: string[]): string[] => folders.flatMap((folder) => below(join(repository, folder)));

function below(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !NOT_WRITTEN.test(name));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return below(path);
    return SOURCE.test(path) ? [path] : [];
  });
}

const NOT_WRITTEN = /^(node_modules|dist|out-tsc|generated|test-output|\..*)$/;
const SOURCE = /\.(ts|js|mjs|json|md|sql|prisma|ya?ml|sh)$/;

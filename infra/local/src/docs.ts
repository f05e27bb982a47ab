import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from './docs/pages.ts';
import { readParticipants } from './docs/participants.ts';
import { readArguments } from './machine/arguments.ts';
import { repository } from './machine/places.ts';
import { build } from './stack/build.ts';
import { services } from './stack/services.ts';

const HELP = `npm run docs             writes the pages and parts of pages that are derived from the code
npm run docs -- --help`;

try {
  const { help } = readArguments(process.argv.slice(2), { help: { type: 'boolean', short: 'h' } }, HELP);
  if (help) console.log(HELP);
  else await write();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
if (process.connected) process.disconnect();

/** A test fails when one of the pages is not what this would write. */
async function write(): Promise<void> {
  await build(
    services.map(({ name }) => name),
    (line) => console.log(line),
  );
  for (const [page, text] of Object.entries(pages(await readParticipants()))) {
    const path = join(repository, page);
    const same = readFileSync(path, { encoding: 'utf8', flag: 'a+' }) === text;
    if (!same) writeFileSync(path, text);
    console.log(`${page}: ${same ? 'as it was' : 'written'}`);
  }
}

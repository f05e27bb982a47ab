import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from './docs/pages.ts';
import { readParticipants } from './docs/participants.ts';
import { repository } from './machine/places.ts';
import { build } from './stack/build.ts';
import { services } from './stack/services.ts';

// The pages that are derived from the code. A test fails when one of them is not what this would write.
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
if (process.connected) process.disconnect();

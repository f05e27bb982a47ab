import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '@tributary/contracts';
import { repository } from '../machine/places.ts';
import { definitionsFile } from '../rabbitmq/definitions-file.ts';
import { choreographyMap, factsTable, hearersOf, type Participant, reactionsTable, statedBy } from './choreography.ts';
import { fieldsTable } from './fields.ts';
import { code, replaceBlock } from './markdown.ts';
import type { DescribedService } from './participants.ts';
import { retriesTable } from './retries.ts';

const MADE = 'Written by `npm run docs` (infra/local/src/docs) from';
const COMPARED = 'Change those, not this page: a test compares it with what they say now.';

/** Every file that is written, or has blocks that are, by its path in the repository. */
export function pages(participants: readonly DescribedService[]): Record<string, string> {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const map = choreographyMap(participants);
  return {
    'docs/choreography.md': choreographyPage(map, participants),
    'docs/facts.md': factsPage(participants),
    'infra/rabbitmq/definitions.json': definitionsFile(participants),
    'README.md': replaceBlock(replaceBlock(readme, 'map', map), 'facts', factsTable(participants)),
  };
}

function choreographyPage(map: string, participants: readonly DescribedService[]): string {
  return `# Who states, who hears, who promises what how soon

_${MADE} every service's \`@On\` handlers, as it would say it in its \`service.joined.v1\`. ${COMPARED}_

${map}

Every service also states \`service.joined.v1\` whenever it starts: the columns below, in its own words. What is heard and promised stands beside the handlers; the
[contracts](facts.md) name no consumer.

${reactionsTable(participants)}

A promise is kept by a fact of one of the promised types, stated by that service, whose \`causationid\` is the heard fact's id. \`analytics\` shows what is still expected, and since when.

## When a reaction fails

What fails for a reason that may pass is tried again through the service's backoff tiers, one for each different delay ([how](adr/0007-delivery-policy-counted-in-the-message.md)); after the last retry it is a
dead letter.

${retriesTable(participants)}

A service that is to have other delays gives \`retryDelaysMs\` to [\`runService\`](../libs/service-defaults/src/run-service.ts); these are the
[default](../libs/messaging/src/delivery-policy.ts) unless it does.
`;
}

function factsPage(participants: readonly Participant[]): string {
  const facts = catalog.map(
    (contract) => `## ${code(contract.type)}

${contract.summary} Stated by ${statedBy(contract.producer)}; heard by ${hearersOf(contract.type, participants).join(', ')}. Its subject is the ${code(contract.subject)}.

${fieldsTable(contract)}
`,
  );
  return `# The facts

_${MADE} the contracts in libs/contracts and every service's \`@On\` handlers. ${COMPARED}_

${factsTable(participants)}

What is _personal_ is never logged, and the event log's retention is its erasure deadline ([why](adr/0008-personal-data-and-the-event-log.md)). Around the fields stands a CloudEvents 1.0
envelope; [stating a fact without this code](foreign-producers.md) says what is accepted of it, and what is dead. A published version never changes; its exact form is in
[libs/contracts/fixtures](../libs/contracts/fixtures).

${facts.join('\n')}`;
}

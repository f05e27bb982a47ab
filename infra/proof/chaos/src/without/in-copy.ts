// Run from the scratch copy, by its path: everything that is imported, built and started from here on is the copy's.
import { parseArgs } from 'node:util';
import { settled, startWorld } from '@tributary/e2e';
import { onStopRequest } from '@tributary/local';
import { atRest } from './at-rest.ts';
import type { Finding } from './finding.ts';
import { impatient } from './people.ts';
import { type Situation, type SituationName, situations } from './situations.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, control: { type: 'boolean', default: false } },
});

const abort = new AbortController();
onStopRequest(
  () => abort.abort(),
  () => process.exit(1),
);
process.exitCode = await main(positionals as SituationName[], Number(values.seed));
// Leaving is no request to stop.
process.removeAllListeners('disconnect');
process.disconnect?.();

async function main(names: SituationName[], seed: number): Promise<number> {
  const { signal } = abort;
  const world = await startWorld({ label: 'without', signal, traces: false });
  signal.addEventListener('abort', () => void world[Symbol.asyncDispose]().then(() => process.exit(1)));
  try {
    for (const name of names) {
      const situation: Situation = situations[name];
      // The same people in the control and without the guarantee.
      const place = Object.keys(situations).indexOf(name);
      await situation.happen(world, impatient(seed * 10 + place, situation.people));
      const verdict = values.control ? await settled(world) : await atRest(world);
      process.send?.({ situation: name, accepted: world.ledger.accepted.length, verdict } satisfies Finding);
      if (values.control && verdict.lines.length > 0) break;
    }
    return 0;
  } finally {
    await world[Symbol.asyncDispose]();
  }
}

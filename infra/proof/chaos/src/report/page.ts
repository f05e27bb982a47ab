import { duration, inWords, isClean, number } from './in-words.ts';
import { markup, type Markup } from './markup.ts';
import type { RunRecord, RunVerdict } from './record.ts';
import { style } from './style.ts';
import { faultTable, peakTable, progressTable, scenarioTable } from './tables.ts';
import { endOf, timeline } from './timeline.ts';

/** The run as one HTML page that needs nothing else: no script, no network, readable from a file. */
export function reportPage(record: RunRecord): string {
  const { total } = record;
  return String(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${`${inWords(total)} · Tributary chaos, seed ${record.seed}`}</title>
${style}
</head>
<body>
<main>
${verdict(record)}
<section>
<h2>What happened</h2>
<figure class="scrolls" role="region" aria-label="Timeline" tabindex="0">
${timeline(record)}
</figure>
</section>
<section>${scenarioTable(record)}</section>
${total.lines.length > 0 ? ledgerLines(total.lines) : undefined}
<section>${peakTable(record)}</section>
<details><summary>The same moment by moment</summary>${faultTable(record)}${progressTable(record)}</details>
</main>
</body>
</html>
`);
}

function verdict(record: RunRecord): Markup {
  const { total, seed, beganAt, target, command, versions } = record;
  const repeats = Object.entries(total.repeats).map(([why, times]) => `${number(times)} × ${why}`);
  const figures = { lost: total.lost, doubled: total.doubled, unexpected: total.unexpected, accepted: total.accepted };
  return markup`<header class="verdict ${isClean(total) && total.accepted > 0 ? 'good' : 'bad'}">
<h1>${headline(total)}</h1>
<dl>
${Object.entries(figures).map(([name, value]) => entry(name, number(value), 'figure'))}
${entry('extra copies of mails', number(total.extraCopies), 'figure')}
</dl>
<dl>
${entry('seed', String(seed))}
${entry('replay it with', markup`<code>${command}</code>`)}
${entry('began', `${beganAt.slice(0, 16).replace('T', ' ')} UTC`)}
${entry('took', duration(endOf(record)))}
${entry('ran as', target)}
${entry('address taken', number(total.refused))}
${entry('requests sent again', repeats.join(', ') || 'none')}
${Object.entries(versions).map(([name, version]) => entry(name, version))}
</dl>
<p>Extra copies have the same Message-ID: something ended between the mail server’s 250 and the record of it. A mail program shows one.</p>
</header>`;
}

function headline(total: RunVerdict): string {
  if (!isClean(total)) return `Not as it should be: ${inWords(total)}`;
  return total.accepted > 0
    ? 'Nothing was lost, and nothing happened twice'
    : 'Nothing was accepted: this proves nothing';
}

const entry = (name: string, value: string | Markup, kind = 'plain') =>
  markup`<div><dt>${name}</dt><dd class="${kind}">${value}</dd></div>`;

const ledgerLines = (lines: string[]) => markup`<section>
<h2>What the ledger says</h2>
<pre>${lines.join('\n')}</pre>
</section>`;

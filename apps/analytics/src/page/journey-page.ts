import { catalog } from '@tributary/contracts';
import { markup, type Markup } from '@tributary/http';
import type { JourneyDetails, Stated } from '../journeys/journey.ts';
import { duration, moment } from './in-words.ts';
import { layout } from './layout.ts';
import { promiseInWords, verdict } from './sentences.ts';

const REFRESH_SECONDS = 5;
const summaries = new Map(catalog.map(({ type, summary }) => [type, summary]));

/** One signup from its first fact to its last, and what is missing. */
export function journeyPage(journey: JourneyDetails): Markup {
  const { id, signupId, status, facts, expected } = journey;
  const began = facts[0]?.statedAt ?? new Date();
  const traced = facts.find(({ traceUrl }) => traceUrl) ?? facts.find(({ traceId }) => traceId);
  const main = markup`<p class="quiet">Signup <code>${signupId ?? 'unknown'}</code> <span class="state" data-state="${status}">${status}</span></p>
<h1>${verdict(journey)}</h1>
${missing(journey)}
<ol class="timeline">
${facts.map((fact) => timelineItem(fact, began))}</ol>
<p class="quiet">Journey <code>${id}</code>${traced && markup` · ${traceOf(traced)}`}</p>`;
  const refreshSeconds = expected.length > 0 ? REFRESH_SECONDS : undefined;
  return layout({ title: `${signupId ?? id} · Tributary`, main, refreshSeconds });
}

function missing({ expected, withdrawnAt, facts }: JourneyDetails): Markup {
  const open = expected.map(
    (each) => markup`<li data-late="${String(each.late)}">${promiseInWords(each)}.</li>
`,
  );
  const moot =
    withdrawnAt && facts.some(({ statedAt }) => statedAt < withdrawnAt)
      ? markup`<li>The person withdrew at ${moment(withdrawnAt)}; of what was promised before, nothing is expected any more.</li>
`
      : undefined;
  return open.length > 0 ? markup`<ul class="missing" aria-label="Still expected">${open}${moot}</ul>` : markup``;
}

function timelineItem(fact: Stated, began: Date): Markup {
  const { type, service, statedAt, publishedAt, reactions, details } = fact;
  const published = publishedAt ? `published ${duration(publishedAt.getTime() - statedAt.getTime())} later` : undefined;
  return markup`<li id="${fact.id}">
<p class="when"><time datetime="${statedAt.toISOString()}" title="${moment(statedAt)}">+${duration(statedAt.getTime() - began.getTime())}</time></p>
<div>
<h2>${type}</h2>
<p>${summaries.get(type) ?? 'A fact of a type that this version does not know.'}</p>
<p class="quiet">${[`stated by ${service} at ${moment(statedAt)}`, published, ...detailsInWords(details)].filter((it) => it !== undefined).join(' · ')}</p>
${reactions.length > 0 ? markup`<ul class="reactions">${reactions.map((it) => markup`<li><a href="#${it.id}">${it.service} stated ${it.type} after ${duration(it.afterMs)}</a></li>`)}</ul>` : undefined}
</div>
</li>
`;
}

/** The few fields that tell facts of one type apart; ids and lists are for the API. */
function detailsInWords(details: Record<string, unknown>): string[] {
  return ['kind', 'attempt', 'reason', 'smtpStatus'].flatMap((name) => {
    const value = details[name];
    return typeof value === 'string' || typeof value === 'number' ? `${name} ${value}` : [];
  });
}

function traceOf({ traceId, traceUrl }: Stated): Markup {
  return traceUrl ? markup`<a href="${traceUrl}">its trace</a>` : markup`trace <code>${traceId}</code>`;
}

import { markup, type Markup } from '@tributary/http';
import type { Funnel } from '../figures/figures.ts';
import type { JourneySummary } from '../journeys/journeys.ts';
import { moment, roughly } from './in-words.ts';
import { layout } from './layout.ts';
import { promiseInWords } from './sentences.ts';

const REFRESH_SECONDS = 10;

interface Overview {
  stuck: JourneySummary[];
  latest: JourneySummary[];
  funnel: Funnel;
  /** Why what is shown may be old. */
  problems: string[];
}

/** What needs somebody first, then how it goes. */
export function overviewPage({ stuck, latest, funnel, problems }: Overview): Markup {
  const main = markup`${problems.map((problem) => markup`<p class="alert" role="alert">What you see may be old: ${problem}.</p>`)}
<section aria-labelledby="stuck">
<h1 id="stuck">${stuck.length === 0 ? 'Nothing is stuck' : 'Stuck'}</h1>
${stuck.length === 0 ? markup`<p class="quiet">Whatever was promised has been stated, or is not due yet.</p>` : markup`<ul class="stuck">${stuck.map(stuckItem)}</ul>`}
</section>
<section aria-labelledby="funnel">
<h2 id="funnel">How far they come</h2>
<dl class="funnel">
${stage('Signed up', funnel.signedUp)}${stage('Welcomed', funnel.welcomed)}${stage('Workspace', funnel.provisioned)}${stage('Completed', funnel.completed)}
${stage('Name refused', funnel.failed)}${stage('Recovered', funnel.recovered)}${stage('Withdrawn', funnel.withdrawn)}
</dl>
</section>
<section aria-labelledby="latest">
<h2 id="latest">Latest signups</h2>
${latest.length === 0 ? markup`<p class="quiet">Nobody has signed up yet.</p>` : latestTable(latest)}
</section>`;
  return layout({ title: 'Signups · Tributary', main, refreshSeconds: REFRESH_SECONDS });
}

const stage = (name: string, count: number) => markup`<div><dt>${name}</dt><dd>${count.toLocaleString('en')}</dd></div>
`;

function stuckItem({ id, signupId, signedUpAt, expected }: JourneySummary): Markup {
  const late = expected.filter((each) => each.late);
  return markup`<li>
<a class="id" href="/journey/${id}">${signupId ?? id}</a> <span class="quiet">${signedUpAt && `signed up ${moment(signedUpAt)}`}</span>
${late.map((each) => markup`<p>${promiseInWords(each)}</p>`)}</li>
`;
}

function latestTable(journeys: JourneySummary[]): Markup {
  return markup`<table>
<thead><tr><th>Signup</th><th>Signed up</th><th>Facts</th><th>State</th></tr></thead>
<tbody>
${journeys.map(
  ({ id, signupId, signedUpAt, facts, status, expected }) => markup`<tr>
<td><a class="id" href="/journey/${id}">${signupId ?? id}</a></td>
<td>${signedUpAt && `${roughly(Date.now() - signedUpAt.getTime())} ago`}</td>
<td class="number">${facts}</td>
<td><span class="state" data-state="${status}">${status}</span> ${expected.length > 0 ? markup`<span class="quiet">for ${[...new Set(expected.map(({ service }) => service))].join(', ')}</span>` : undefined}</td>
</tr>
`,
)}</tbody>
</table>`;
}

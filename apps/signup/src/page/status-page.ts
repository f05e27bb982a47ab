import { type Status, stepNames, steps } from '../onboarding/status.ts';
import { layout } from './layout.ts';
import { markup, type Markup } from './markup.ts';

/** Where a signup leads to, and where to come back to. */
export function statusPage({ status, lateAfterMs }: { status: Status; lateAfterMs: number }): Markup {
  return layout({
    title: 'You’re in · Tributary',
    main: onboardingSection({ status, lateAfterMs }),
    head: status.settled ? undefined : markup`<noscript><meta http-equiv="refresh" content="3"></noscript>`,
  });
}

interface Options {
  /** Absent before the form is sent: hidden then, every step pending, ready for the script to show. */
  status?: Status;
  lateAfterMs: number;
}

/** "You're in", and how far everything else has come. The script keeps it current; without one the page reloads. */
export function onboardingSection({ status, lateAfterMs }: Options): Markup {
  const shown = status?.steps ?? stepNames.map((name) => ({ name, state: 'pending', text: steps[name].pending }));
  const waitedMs = status ? Date.now() - Date.parse(status.steps[0]?.since ?? '') : 0;
  const late = status !== undefined && !status.settled && waitedMs > lateAfterMs;
  return markup`<section class="card" id="onboarding" aria-labelledby="welcome"
  data-status-url="${status && `/signups/${status.id}`}" data-waited-ms="${waitedMs}"
  data-late-after-ms="${lateAfterMs}" ${status ? undefined : hidden}>
<h1 id="welcome" tabindex="-1">You’re in.</h1>
<p class="lead">Everything else happens by itself. Watch it arrive, or come back later.</p>
<ol class="steps" aria-live="polite">
${shown.map(({ name, state, text }) => {
  return markup`<li data-step="${name}" data-state="${state}"><span>${text}</span></li>
`;
})}</ol>
<p class="late" role="status" ${late ? undefined : hidden}>This is taking longer than usual. You can close this page; nothing is lost.</p>
</section>`;
}

const hidden = markup`hidden`;

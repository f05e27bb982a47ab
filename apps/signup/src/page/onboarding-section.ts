import { markup, type Markup, type Problem } from '@tributary/http';
import { type Status, type StepName, stepNames, steps, type StepStatus } from '../onboarding/status.ts';
import { fieldOf } from './field.ts';
import { hidden } from './hidden.ts';
import { withdrawForm } from './withdraw-page.ts';

interface Options {
  /** Absent before the form is sent: hidden then, every step pending, ready for the script to show. */
  status?: Status;
  lateAfterMs: number;
  typed?: unknown;
  problem?: Problem | undefined;
}

/**
 * "You're in", and how far everything else has come. The script keeps it current; without one the page reloads. Without a status nothing is
 * accepted yet, and nothing here says more.
 */
export function onboardingSection({ status, lateAfterMs, typed, problem }: Options): Markup {
  const nameNeeded = status?.links.workspaceName !== undefined;
  const alert = nameNeeded ? undefined : problem?.message;
  return markup`<section class="card" id="onboarding" aria-labelledby="welcome"
  data-status-url="${status?.links.self}" data-late-after-ms="${lateAfterMs}" ${status ? undefined : hidden}>
<h1 id="welcome" tabindex="-1" aria-live="polite">${status ? 'You’re in.' : 'One moment …'}</h1>
<p class="lead" data-once-accepted ${status ? undefined : hidden}>Everything else happens by itself. Watch it arrive, or come back later.</p>
<p class="alert" role="alert" ${alert ? undefined : hidden}>${alert}</p>
<ol class="steps" aria-live="polite">
${stepNames.map((name) => stepItem(name, status, lateAfterMs))}</ol>
${otherNameForm({ status, typed, problem: nameNeeded ? problem : undefined })}
<p class="leave" data-once-accepted ${status ? undefined : hidden}><a id="leave" href="${status && `${status.links.page}/withdraw`}">Withdraw my signup</a></p>
<dialog id="withdraw" aria-labelledby="withdraw-title">${withdrawForm(status)}</dialog>
</section>`;
}

function stepItem(name: StepName, status: Status | undefined, lateAfterMs: number): Markup {
  const step = status?.steps.find((one) => one.name === name);
  const shown = status ? step !== undefined : name === 'account';
  const state = step?.state ?? 'pending';
  const waitedMs = step ? Date.now() - Date.parse(step.since) : 0;
  const late = step?.state === 'pending' && waitedMs > lateAfterMs;
  return markup`<li data-step="${name}" data-state="${state}" data-waited-ms="${waitedMs}" ${shown ? undefined : hidden}>
<span>${textOf(name, step)}</span>
<p class="late" ${late ? undefined : hidden}>${steps[name].late}</p>
</li>
`;
}

const textOf = (name: StepName, step: StepStatus | undefined) => step?.text ?? steps[name].pending;

/** Sent without a script it is a plain POST. */
function otherNameForm({ status, typed, problem }: Omit<Options, 'lateAfterMs'>): Markup {
  const error = problem?.errors[0]?.detail ?? problem?.message;
  const field = {
    name: 'workspaceName',
    id: 'otherName',
    label: 'Another name for your workspace',
    autocomplete: 'organization',
    placeholder: 'Difference Engines',
  };
  const url = status?.links.workspaceName;
  return markup`<form method="post" action="${url}" id="otherNameForm" ${url ? undefined : hidden}>
${fieldOf(field, typed, error)}
<button type="submit">Take this name</button>
</form>`;
}

import { randomUUID } from 'node:crypto';
import { markup, type Markup, type Problem } from '@tributary/http';
import { fieldOf, type Field } from './field.ts';
import { layout } from './layout.ts';
import { hidden } from './hidden.ts';
import { onboardingSection } from './onboarding-section.ts';
import { withdrawnSection } from './withdraw-page.ts';

const fields: Field[] = [
  { name: 'displayName', label: 'Your name', autocomplete: 'name', placeholder: 'Ada Lovelace' },
  {
    name: 'email',
    label: 'Email',
    autocomplete: 'email',
    placeholder: 'ada@example.com',
    keyboard: markup`inputmode="email" autocapitalize="none" spellcheck="false"`,
  },
  {
    name: 'workspaceName',
    label: 'Name your workspace',
    autocomplete: 'organization',
    placeholder: 'Analytical Engines',
  },
];

interface Options {
  lateAfterMs: number;
  /** What was typed, when the form is shown again. */
  typed?: Record<string, unknown>;
  problem?: Problem;
}

/** The form. Sent without a script it is a plain POST; its key makes a second click the same signup. */
export function signupPage({ lateAfterMs, typed = {}, problem }: Options): Markup {
  const errors = new Map(problem?.errors.map(({ field, detail }) => [field, detail]));
  if (problem?.code === 'SIGNUP_EMAIL_TAKEN') errors.set('email', problem.message);
  const alert = problem && errors.size === 0 ? problem.message : undefined;
  const main = markup`<section class="card" id="signup" aria-labelledby="title">
<h1 id="title" tabindex="-1">Start your workspace</h1>
<p class="lead">Your account is ready at once. The rest flows in behind it.</p>
<p class="alert" role="alert" id="alert" ${alert ? undefined : hidden}>${alert}</p>
<form method="post" action="/" id="form">
<input type="hidden" name="idempotencyKey" value="${randomUUID()}">
${fields.map((field) => fieldOf(field, typed[field.name], errors.get(field.name)))}
<button type="submit">Sign up</button>
</form>
</section>
${onboardingSection({ lateAfterMs })}
${withdrawnSection({ shown: false })}`;
  return layout({ title: 'Sign up · Tributary', main });
}

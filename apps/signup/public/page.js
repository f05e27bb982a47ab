import { isComplete, showErrors, takeOver } from './form-errors.js';
import { manage } from './manage.js';
import { expectSteps, watch } from './onboarding.js';
import { postSignup } from './post-signup.js';

const form = document.getElementById('form');
const signup = document.getElementById('signup');
const onboarding = document.getElementById('onboarding');
const alert = document.getElementById('alert');

if (form) takeOver(form, submit);
else if (onboarding) follow();

/** From when it has an address to ask at. */
function follow() {
  manage(onboarding, watch(onboarding));
}

async function submit() {
  alert.hidden = true;
  if (!isComplete(form)) return;
  const { idempotencyKey, ...fields } = Object.fromEntries(new FormData(form));

  const name = fields.displayName.trim();
  show(`One moment, ${name} …`, 'One moment');
  const { accepted, problem } = await postSignup(fields, idempotencyKey);
  if (!accepted) return backToForm(problem);
  show(`You’re in, ${name}.`, 'You’re in');
  for (const part of onboarding.querySelectorAll('[data-once-accepted]')) part.hidden = false;
  history.replaceState(null, '', `/welcome/${accepted.id}`);
  onboarding.dataset.statusUrl = accepted.statusUrl;
  follow();
}

/** The step is shown at once, its outcome when it is known: somebody who closes the page before the answer may have no account. */
function show(heading, title) {
  const welcome = document.getElementById('welcome');
  welcome.textContent = heading;
  document.title = `${title} · Tributary`;
  signup.hidden = true;
  if (!onboarding.hidden) return;
  onboarding.hidden = false;
  welcome.focus();
  expectSteps(onboarding);
}

/** Errors that belong to a field stand beside it; what belongs to none stands above the form. */
function backToForm({ title, errors }) {
  onboarding.hidden = true;
  signup.hidden = false;
  document.title = 'Sign up · Tributary';
  showErrors(form, errors);
  alert.hidden = errors.length > 0;
  alert.textContent = title;
}

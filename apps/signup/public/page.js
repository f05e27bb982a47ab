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

  // Optimistic: almost every signup is accepted, so nobody waits to be told.
  welcome(fields.displayName.trim());
  const { accepted, problem } = await postSignup(fields, idempotencyKey);
  if (!accepted) return backToForm(problem);
  history.replaceState(null, '', `/welcome/${accepted.id}`);
  onboarding.dataset.statusUrl = accepted.statusUrl;
  follow();
}

function welcome(name) {
  document.getElementById('welcome').textContent = `You’re in, ${name}.`;
  signup.hidden = true;
  onboarding.hidden = false;
  document.title = 'You’re in · Tributary';
  document.getElementById('welcome').focus();
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

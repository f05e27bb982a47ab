import { watch } from './onboarding.js';
import { postSignup } from './post-signup.js';

const form = document.getElementById('form');
const signup = document.getElementById('signup');
const onboarding = document.getElementById('onboarding');
const alert = document.getElementById('alert');

if (form) {
  // Our own words beside the field instead of the browser's bubble; without this script the bubble is better than nothing.
  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  form.addEventListener('input', ({ target }) => showError(target, ''));
} else if (onboarding?.dataset.statusUrl) {
  watch(onboarding);
}

async function submit() {
  const { idempotencyKey, ...fields } = Object.fromEntries(new FormData(form));
  const missing = [...form.elements].filter((input) => input.required && !input.value.trim());
  showErrors(missing.map((input) => ({ field: input.name, detail: 'This is needed.' })));
  if (missing.length > 0) return;

  // Optimistic: almost every signup is accepted, so nobody waits to be told.
  welcome(fields.displayName.trim());
  const answer = await postSignup(fields, idempotencyKey);
  if (answer.accepted) {
    history.replaceState(null, '', `/welcome/${answer.accepted.id}`);
    onboarding.dataset.statusUrl = answer.accepted.statusUrl;
    watch(onboarding);
  } else {
    backToForm(answer.problem);
  }
}

function welcome(name) {
  document.getElementById('welcome').textContent = `You’re in, ${name}.`;
  signup.hidden = true;
  onboarding.hidden = false;
  document.title = 'You’re in · Tributary';
  document.getElementById('welcome').focus();
}

function backToForm({ title, errors }) {
  onboarding.hidden = true;
  signup.hidden = false;
  document.title = 'Sign up · Tributary';
  showErrors(errors, title);
}

/** Errors that belong to a field stand beside it; what belongs to none stands above the form. */
function showErrors(errors, title) {
  for (const input of form.querySelectorAll('input:not([type=hidden])')) {
    showError(input, errors.find(({ field }) => field === input.name)?.detail ?? '');
  }
  alert.hidden = errors.length > 0 || !title;
  alert.textContent = alert.hidden ? '' : title;
  form.querySelector('[aria-invalid=true]')?.focus();
}

function showError(input, detail) {
  input.setAttribute('aria-invalid', String(detail !== ''));
  document.getElementById(`${input.name}-error`).textContent = detail;
}

/** Our own words beside the field instead of the browser's bubble; without this script the bubble is better than nothing. */
export function takeOver(form, submit) {
  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  form.addEventListener('input', ({ target }) => showError(target, ''));
}

/** Says so beside each field that is empty and must not be. */
export function isComplete(form) {
  const missing = [...form.elements].filter((input) => input.required && !input.value.trim());
  showErrors(
    form,
    missing.map((input) => ({ field: input.name, detail: 'This is needed.' })),
  );
  return missing.length === 0;
}

export function showErrors(form, errors) {
  for (const input of form.querySelectorAll('input:not([type=hidden])')) {
    showError(input, errors.find(({ field }) => field === input.name)?.detail ?? '');
  }
  form.querySelector('[aria-invalid=true]')?.focus();
}

function showError(input, detail) {
  input.setAttribute('aria-invalid', String(detail !== ''));
  document.getElementById(`${input.id}-error`).textContent = detail;
}

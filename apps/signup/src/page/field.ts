import { markup, type Markup } from '@tributary/http';

export interface Field {
  name: string;
  /** Where a page has two fields of one name. */
  id?: string;
  label: string;
  autocomplete: string;
  placeholder: string;
  /** Not type="email": an address may have letters that browsers refuse there (RFC 6531). */
  keyboard?: Markup;
}

/** A label, its input with what was typed, and the place where its error stands. */
export function fieldOf(field: Field, typed: unknown, error: string | undefined): Markup {
  const { name, id = name, label, autocomplete, placeholder, keyboard } = field;
  return markup`<div class="field">
<label for="${id}">${label}</label>
<input id="${id}" name="${name}" type="text" ${keyboard} required maxlength="320" autocomplete="${autocomplete}"
  placeholder="${placeholder}" value="${typeof typed === 'string' ? typed : ''}"
  aria-describedby="${id}-error" aria-invalid="${error ? 'true' : 'false'}">
<p class="error" id="${id}-error">${error}</p>
</div>
`;
}

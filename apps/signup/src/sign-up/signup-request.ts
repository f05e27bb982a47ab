import { Problem, type FieldError } from '../errors.ts';
import { canonicalAddress } from './canonical-address.ts';

/** What somebody asks for, in its one canonical spelling. */
export interface SignupRequest {
  email: string;
  displayName: string;
  workspaceName: string;
}

export const NAME_LENGTH = 100;

// Controls, line and paragraph separators, lone surrogates, and invisible format characters that reorder or hide text.
// The two joiners are letters of a word in Persian, Hindi and in emoji.
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;
const VISIBLE = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * Reads a body, JSON or form, naming every field that is wrong. Unknown fields are left alone: a client may be newer than we are.
 * @throws Problem SIGNUP_INVALID
 */
export function signupRequest(body: unknown): SignupRequest {
  const fields =
    typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
  const errors: FieldError[] = [];

  const email = typeof fields['email'] === 'string' ? canonicalAddress(fields['email']) : undefined;
  if (email === undefined) errors.push({ field: 'email', detail: 'Enter one address, such as ada@example.com.' });

  const name = (field: string, what: string): string => {
    const typed = fields[field];
    const text = typeof typed === 'string' ? typed.normalize('NFC').trim() : '';
    const detail = nameProblem(typeof typed === 'string' ? typed : '', text, what);
    if (detail) errors.push({ field, detail });
    return text;
  };
  const displayName = name('displayName', 'your name');
  const workspaceName = name('workspaceName', 'a name for your workspace');

  if (email === undefined || errors.length > 0) throw new Problem('SIGNUP_INVALID', { errors });
  return { email, displayName, workspaceName };
}

function nameProblem(typed: string, text: string, what: string): string | undefined {
  if (FORBIDDEN.test(typed)) return 'Leave out line breaks and invisible characters.';
  if (!VISIBLE.test(text)) return `Enter ${what}.`;
  if (text.length > NAME_LENGTH) return `Use at most ${NAME_LENGTH} characters.`;
  return undefined;
}

import type { InputError } from '@tributary/http';
import { Problem } from '../errors.ts';
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
  const fields = fieldsOf(body);
  const errors: InputError[] = [];

  const email = typeof fields['email'] === 'string' ? canonicalAddress(fields['email']) : undefined;
  if (email === undefined) errors.push({ field: 'email', detail: 'Enter one address, such as ada@example.com.' });

  const displayName = readName(fields, 'displayName', errors);
  const workspaceName = readName(fields, 'workspaceName', errors);

  if (email === undefined || errors.length > 0) throw new Problem('SIGNUP_INVALID', { errors });
  return { email, displayName, workspaceName };
}

/**
 * Reads a body that holds nothing but another name for the workspace.
 * @throws Problem SIGNUP_INVALID
 */
export function workspaceNameRequest(body: unknown): string {
  const errors: InputError[] = [];
  const workspaceName = readName(fieldsOf(body), 'workspaceName', errors);
  if (errors.length > 0) throw new Problem('SIGNUP_INVALID', { errors });
  return workspaceName;
}

function fieldsOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
}

const names = { displayName: 'your name', workspaceName: 'a name for your workspace' };

function readName(fields: Record<string, unknown>, field: keyof typeof names, errors: InputError[]): string {
  const typed = fields[field];
  const text = typeof typed === 'string' ? typed.normalize('NFC').trim() : '';
  const detail = nameProblem(typeof typed === 'string' ? typed : '', text, names[field]);
  if (detail) errors.push({ field, detail });
  return text;
}

function nameProblem(typed: string, text: string, what: string): string | undefined {
  if (FORBIDDEN.test(typed)) return 'Leave out line breaks and invisible characters.';
  if (!VISIBLE.test(text)) return `Enter ${what}.`;
  if (text.length > NAME_LENGTH) return `Use at most ${NAME_LENGTH} characters.`;
  return undefined;
}

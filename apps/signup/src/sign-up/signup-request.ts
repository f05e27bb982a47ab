import type { InputError } from '@tributary/http';
import { Problem } from '../errors.ts';
import { canonicalAddress } from './canonical-address.ts';
import { canonicalName, nameProblem } from './name.ts';

/** What somebody asks for, in its one canonical spelling. */
export interface SignupRequest {
  email: string;
  displayName: string;
  workspaceName: string;
}

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
  const typed = typeof fields[field] === 'string' ? fields[field] : '';
  const detail = nameProblem(typed, names[field]);
  if (detail) errors.push({ field, detail });
  return canonicalName(typed);
}

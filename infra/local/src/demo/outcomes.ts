import type { Stack } from '../stack/stack.ts';

export interface Step {
  name: string;
  state: string;
  /** RFC 3339; absent while it is pending. */
  at?: string;
}

/** What signup tells about somebody's onboarding. */
export async function stepsOf(stack: Stack, id: string): Promise<Step[]> {
  const { steps } = await json<{ steps: Step[] }>(`${stack.urls.services['signup']}/signups/${id}`);
  return steps;
}

/** What MailDev has received for an address. */
export async function mailsTo(stack: Stack, address: string): Promise<{ subject: string }[]> {
  const mails = await json<{ subject: string; to: { address: string }[] }[]>(`${stack.urls.mail}/api/email`);
  return mails.filter(({ to }) => to.some((recipient) => recipient.address === address));
}

export interface Journey {
  status: string;
  facts: { type: string; reactions: { type: string; service: string; afterMs: number }[] }[];
  expected: { service: string; promises: string[]; cause: { type: string } }[];
}

/** What analytics tells about somebody's signup. */
export function journeyOf(stack: Stack, id: string): Promise<Journey> {
  return json<Journey>(`${stack.urls.services['analytics']}/journeys/${id}`);
}

export function journeyInWords({ status, facts, expected }: Journey): string[] {
  const open = expected.map(
    ({ service, promises, cause }) => `${promises.join(' or ')} from ${service} for ${cause.type}`,
  );
  return [
    `journey ${status}: ${facts.length} facts, ${open.length ? `still expected: ${open.join('; ')}` : 'nothing still expected'}`,
    ...facts.flatMap(({ type, reactions }) =>
      reactions.map((it) => `  ${type} → ${it.type} of ${it.service} after ${it.afterMs} ms`),
    ),
  ];
}

/** When each step was done, and how long each reaction took, in milliseconds after the request began: what cannot be within `elapsedMs`. */
export function impossibleTimes(
  steps: Step[],
  journey: Journey | undefined,
  began: number,
  elapsedMs: number,
): string[] {
  const ofSteps = steps.flatMap(({ name, at }) => (at ? [{ what: `step ${name}`, ms: Date.parse(at) - began }] : []));
  const ofReactions = (journey?.facts ?? []).flatMap(({ type, reactions }) =>
    reactions.map((it) => ({ what: `${it.type} of ${it.service} for ${type}`, ms: it.afterMs })),
  );
  // NaN is in no range either.
  const isPossible = (ms: number) => ms >= 0 && ms <= elapsedMs;
  return [...ofSteps, ...ofReactions]
    .filter(({ ms }) => !isPossible(ms))
    .map(
      ({ what, ms }) => `a possible time: ${what} after ${ms} ms, of ${Math.round(elapsedMs)} ms that all of it took`,
    );
}

async function json<Body>(url: string): Promise<Body> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Body;
}

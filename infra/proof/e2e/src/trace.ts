import { eventually, type Span } from '@tributary/testing';
import type { Signup } from './ledger/ledger.ts';
import type { River } from './river.ts';
import type { World } from './world.ts';

/** The trace that the fact about this person belongs to, as it travelled with the message. */
export function traceIdOf(river: River, { id }: Signup): string {
  const [signedUp] = river.about(id).filter(({ event }) => event.type === 'user.signed-up.v1');
  return String(signedUp?.properties.headers?.['traceparent']).split('-')[1] ?? '';
}

/** Waits until every line is there, and no span's parent is missing: each process exports on its own. */
export async function wholeTrace({ spans }: World, traceId: string, lines: string[]): Promise<Span[]> {
  await eventually(
    () => {
      const there = linesOf(spans.trace(traceId));
      const missing = lines.filter((line) => !there.includes(line));
      if (missing.length > 0)
        throw new Error(`missing in the trace:\n${missing.join('\n')}\nthere:\n${there.join('\n')}`);
      return !there.some((line) => line.startsWith('…'));
    },
    { timeoutMs: 20_000, intervalMs: 200 },
  );
  return spans.trace(traceId);
}

/** The way from the root to each span, as `service: name` joined by arrows; `…` where a parent is missing. */
function linesOf(trace: Span[]): string[] {
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  const line = ({ parentSpanId, service, name }: Span): string => {
    const parent = byId.get(parentSpanId ?? '');
    const above = parent ? `${line(parent)} → ` : parentSpanId ? '… → ' : '';
    return `${above}${service}: ${name}`;
  };
  return trace.map(line);
}

const signedUp = 'signup: POST /signups → signup: send events';
const provision = `${signedUp} → workspace-provisioning: process workspace-provisioning.user.signed-up.v1`;
const provisioned = `${provision} → workspace-provisioning: send events`;
const mailed = (mail: string) => [
  mail,
  `${mail} → email: smtp send`,
  `${mail} → email: send events`,
  `${mail} → email: send events → signup: process signup.mail.sent.v1`,
  `${mail} → email: send events → analytics: process events.log`,
];

/** What one signup sets in motion: three reactions, their own reactions, and that each fact was read from the log. */
export const TRACE_OF_A_SIGNUP = [
  'signup: POST /signups',
  signedUp,
  `${signedUp} → analytics: process events.log`,
  ...mailed(`${signedUp} → email: process email.user.signed-up.v1`),
  provision,
  provisioned,
  `${provisioned} → signup: process signup.workspace.provisioned.v1`,
  `${provisioned} → analytics: process events.log`,
  ...mailed(`${provisioned} → email: process email.workspace.provisioned.v1`),
];

import type { Expected, JourneyDetails } from '../journeys/journey.ts';
import { duration, either, moment, roughly } from './in-words.ts';

/** Why something has not come: "email promised mail.sent.v1 or mail.failed.v1 within 1 min of user.signed-up.v1; nothing heard for 3 min". */
export function promiseInWords({ service, promises, cause, since, dueAt, late, waitedMs }: Expected): string {
  const time = dueAt ? ` within ${duration(dueAt.getTime() - since.getTime())}` : '';
  const state = late ? `nothing heard for ${roughly(waitedMs)}` : `${roughly(waitedMs)} so far`;
  return `${service} promised ${either(promises)}${time} of ${cause.type}; ${state}`;
}

/** What a person asking after this signup should know first. */
export function verdict({ status, expected, withdrawnAt, signedUpAt }: JourneyDetails): string {
  const late = expected.filter((each) => each.late).length;
  if (late > 0) return late === 1 ? 'Stuck: one promise is late.' : `Stuck: ${late} promises are late.`;
  if (withdrawnAt) {
    const rest = expected.length > 0 ? 'what that asks for is under way' : 'nothing more is expected';
    return `Withdrew at ${moment(withdrawnAt)}; ${rest}.`;
  }
  if (expected.length > 0) return 'On its way: nothing is late.';
  if (status === 'completed') return 'Completed: welcomed, and with a workspace.';
  if (!signedUpAt) return 'The beginning of this journey was never read. Of what was, nothing more is expected.';
  return 'Nobody owes anything: every promise that was made is kept.';
}

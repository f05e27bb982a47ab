import { markup, type Markup, type Problem } from '@tributary/http';
import type { Status } from '../onboarding/status.ts';
import { layout } from './layout.ts';
import { onboardingSection } from './onboarding-section.ts';
import { withdrawnSection } from './withdraw-page.ts';

interface Options {
  status: Status;
  lateAfterMs: number;
  /** The name that was typed and why it was not taken, when the page is the answer to that. */
  typed?: unknown;
  problem?: Problem;
}

/** Where a signup leads to, and where to come back to. */
export function statusPage({ status, lateAfterMs, typed, problem }: Options): Markup {
  // A page that reloads would wipe out the name that somebody is typing.
  const reloads = !status.settled && !status.links.workspaceName;
  return layout({
    title: 'You’re in · Tributary',
    main: markup`${onboardingSection({ status, lateAfterMs, typed, problem })}
${withdrawnSection({ shown: false })}`,
    head: reloads ? markup`<noscript><meta http-equiv="refresh" content="3"></noscript>` : undefined,
  });
}

import type { Status } from '../onboarding/status.ts';
import { layout } from './layout.ts';
import { markup, type Markup } from './markup.ts';
import { onboardingSection } from './onboarding-section.ts';

/** Where a signup leads to, and where to come back to. */
export function statusPage({ status, lateAfterMs }: { status: Status; lateAfterMs: number }): Markup {
  return layout({
    title: 'You’re in · Tributary',
    main: onboardingSection({ status, lateAfterMs }),
    head: status.settled ? undefined : markup`<noscript><meta http-equiv="refresh" content="3"></noscript>`,
  });
}

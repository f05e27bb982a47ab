import type { MailKind } from '@tributary/contracts';
import type { StepName } from './status.ts';

/** The step that a mail of this kind belongs to. A mail about a failure is none: the page tells the failure itself. */
export const mailSteps: Record<MailKind, StepName | undefined> = {
  welcome: 'welcome-mail',
  'workspace-ready': 'workspace-mail',
  'workspace-failed': undefined,
};

import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';
import { pii } from '../pii.ts';
import { attempt } from './attempt.ts';

export const WorkspaceProvisioningFailed = defineEvent({
  type: 'workspace.provisioning-failed.v1',
  producer: 'workspace-provisioning',
  summary: 'No workspace was made of this name, and none will be: another name may do.',
  subject: 'userId',
  data: z.object({
    userId: z.uuid(),
    attempt,
    workspaceName: pii(z.string().min(1).max(100)),
    /** Why, for programs: `name-reserved`. More reasons may follow; treat one you do not know as a failure like any other. */
    reason: z
      .string()
      .regex(/^[a-z]+(-[a-z]+)*$/u)
      .max(50),
  }),
  example: {
    userId: '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11',
    attempt: 1,
    workspaceName: 'admin',
    reason: 'name-reserved',
  },
});
export type WorkspaceProvisioningFailed = EventOf<typeof WorkspaceProvisioningFailed>;

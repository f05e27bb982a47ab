import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';

export const WorkspaceRemoved = defineEvent({
  type: 'workspace.removed.v1',
  producer: 'workspace-provisioning',
  summary: 'Nothing is left of the workspace of someone who withdrew, and none will be made for them.',
  subject: 'userId',
  data: z.object({
    userId: z.uuid(),
    /** Absent when there was none yet. */
    workspaceId: z.uuid().optional(),
  }),
  example: {
    userId: '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11',
    workspaceId: '7b1f7b1c-4f0a-4a0e-9b6d-2f5a9e0c3d21',
  },
});
export type WorkspaceRemoved = EventOf<typeof WorkspaceRemoved>;

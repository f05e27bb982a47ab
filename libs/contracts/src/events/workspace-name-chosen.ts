import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';
import { pii } from '../pii.ts';
import { attempt } from './attempt.ts';

export const WorkspaceNameChosen = defineEvent({
  type: 'workspace-name.chosen.v1',
  producer: 'signup',
  summary: 'After a failure the person has picked another name for their workspace.',
  subject: 'userId',
  data: z.object({
    userId: z.uuid(),
    attempt,
    workspaceName: pii(z.string().min(1).max(100)),
  }),
  example: {
    userId: '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11',
    attempt: 2,
    workspaceName: 'Difference Engines',
  },
});
export type WorkspaceNameChosen = EventOf<typeof WorkspaceNameChosen>;

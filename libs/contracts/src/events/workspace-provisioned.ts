import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';
import { pii } from '../pii.ts';
import { attempt } from './attempt.ts';

export const WorkspaceProvisioned = defineEvent({
  type: 'workspace.provisioned.v1',
  producer: 'workspace-provisioning',
  summary: 'A workspace exists, with its owner and a first project.',
  subject: 'userId',
  data: z.object({
    workspaceId: z.uuid(),
    userId: z.uuid(),
    attempt,
    name: pii(z.string().min(1).max(100)),
    /** Unique among all workspaces, as in an address: `analytical-engines`. */
    slug: pii(
      z
        .string()
        .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/u)
        .max(63),
    ),
  }),
  example: {
    workspaceId: '7b1f7b1c-4f0a-4a0e-9b6d-2f5a9e0c3d21',
    userId: '5f0c2f3e-6d3a-4a56-9c1e-0a3d1b7c2e11',
    attempt: 1,
    name: 'Analytical Engines',
    slug: 'analytical-engines',
  },
});
export type WorkspaceProvisioned = EventOf<typeof WorkspaceProvisioned>;

import { randomUUID } from 'node:crypto';
import { SlugsTaken } from '../errors.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { Wish } from './plan-workspace.ts';
import { slugCandidates } from './slug.ts';

/**
 * Inserts the workspace with its owner and a first project.
 * @returns its id, and the slug it got
 * @throws SlugsTaken
 */
export async function createWorkspace(tx: Prisma.TransactionClient, { userId, name }: Wish, wanted: string) {
  const id = randomUUID();
  const slug = await claimSlug(tx, { id, userId, name, wanted });
  await tx.membership.create({ data: { workspaceId: id, userId, role: 'owner' } });
  await tx.project.create({ data: { workspaceId: id, name: 'First project' } });
  return { id, slug };
}

interface Claim {
  id: string;
  userId: string;
  name: string;
  wanted: string;
}

/** The unique index decides. Without ON CONFLICT a slug that is taken would be an error, and end the whole transaction. */
async function claimSlug(tx: Prisma.TransactionClient, { id, userId, name, wanted }: Claim): Promise<string> {
  for (const slug of slugCandidates(wanted, id)) {
    // Waits while another transaction is inserting this slug. Nobody waits who has one already: no deadlock.
    const inserted = await tx.$executeRaw`
      INSERT INTO workspaces (id, owner_id, slug, name) VALUES (${id}::uuid, ${userId}::uuid, ${slug}, ${name})
      ON CONFLICT (slug) DO NOTHING`;
    if (inserted === 1) return slug;
  }
  throw new SlugsTaken(`No slug is left for workspace ${id}`);
}

import { startWorld, type World } from '@tributary/e2e';
import type { StartOptions, System } from './system.ts';

/** This project's services, with the ledger beside them. */
export interface River extends System {
  world: World;
}

const SERVICE = 'workspace-provisioning';

export async function startRiver({ signal }: StartOptions): Promise<River> {
  const world = await startWorld({ label: 'versus-choreography', build: true, traces: false, signal });
  return {
    world,
    url: `${world.stack.urls.services['signup']}`,
    mails: world.smtp.mails,
    killProvisioning: () => world.stack.kill(SERVICE),
    startProvisioning: () => world.stack.start(SERVICE),
    query: world.query,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

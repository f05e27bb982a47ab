import { NestFactory } from '@nestjs/core';
import { runService } from '@tributary/service-defaults';
import { NestLogger } from '@tributary/telemetry';
import { config } from './config.ts';
import { handlers, WorkspaceProvisioningModule } from './workspace-provisioning.module.ts';

await runService({
  service: 'workspace-provisioning',
  summary: 'Makes a workspace for whoever signed up, removes it when they withdraw, and states the outcome.',
  config,
  handlers,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  create: (config, strategy, pool) =>
    NestFactory.createMicroservice(WorkspaceProvisioningModule.with(config, pool), {
      strategy,
      logger: new NestLogger(),
    }),
});

import { NestFactory } from '@nestjs/core';
import { runService } from '@tributary/service-defaults';
import { NestLogger } from '@tributary/telemetry';
import { config } from './config.ts';
import { EmailModule, handlers } from './email.module.ts';

await runService({
  service: 'email',
  summary: 'Sends the mails people expect and states what became of them.',
  config,
  handlers,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  create: (config, strategy, pool) =>
    NestFactory.createMicroservice(EmailModule.with(config, pool), { strategy, logger: new NestLogger() }),
});

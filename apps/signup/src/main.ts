import { runService } from '@tributary/service-defaults';
import { config } from './config.ts';
import { createApp } from './create-app.ts';
import { handlers } from './signup.module.ts';

await runService({
  service: 'signup',
  summary: 'Accepts signups over HTTP, serves the signup page and tells how far each onboarding has come.',
  config,
  handlers,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  readyWithoutBroker: true,
  create: createApp,
});

import { runService } from '@tributary/service-defaults';
import { config } from './config.ts';
import { createApp } from './create-app.ts';
import { Reader } from './log/reader.ts';
import { rebuildCommands } from './log/rebuild-commands.ts';

await runService({
  service: 'analytics',
  summary: 'Reads the event log and tells what happened to each signup, what is stuck, and who promised what.',
  config,
  handlers: [],
  readsLog: true,
  migrations: new URL('../prisma/migrations/', import.meta.url),
  commands: rebuildCommands,
  create: createApp,
  health: (app) => app.get(Reader).health(),
});

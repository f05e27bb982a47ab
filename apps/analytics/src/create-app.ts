import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EventConsumer } from '@tributary/messaging';
import { logger, NestLogger } from '@tributary/telemetry';
import type pg from 'pg';
import { AnalyticsModule } from './analytics.module.ts';
import type { Config } from './config.ts';
import { httpAdapter, protect } from './http/http-server.ts';

/** HTTP, listening when this returns, and the reader of the log, which starts with it. */
export async function createApp(
  config: Config,
  strategy: EventConsumer,
  pool: pg.Pool,
): Promise<NestFastifyApplication> {
  const module = AnalyticsModule.with(config, pool);
  const app = await NestFactory.create<NestFastifyApplication>(module, httpAdapter(), { logger: new NestLogger() });
  await protect(app, config);
  app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  await app.listen(config.PORT, config.HOST);
  logger('http').info({ url: await app.getUrl() }, 'questions are answered here');
  return app;
}

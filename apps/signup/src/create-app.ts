import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EventConsumer } from '@tributary/messaging';
import { logger, NestLogger } from '@tributary/telemetry';
import type pg from 'pg';
import type { Config } from './config.ts';
import { httpAdapter, protect } from './http/http-server.ts';
import { SignupModule } from './signup.module.ts';

/** One application, two edges: HTTP, listening when this returns, and the facts it hears. */
export async function createApp(
  config: Config,
  strategy: EventConsumer,
  pool: pg.Pool,
): Promise<NestFastifyApplication> {
  const module = SignupModule.with(config, pool);
  const app = await NestFactory.create<NestFastifyApplication>(module, httpAdapter(config), {
    logger: new NestLogger(),
  });
  await protect(app, config);
  app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  await app.listen(config.PORT, config.HOST);
  logger('http').info({ url: await app.getUrl() }, 'signups are taken here');
  return app;
}

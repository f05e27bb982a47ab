import { type DynamicModule, Module } from '@nestjs/common';
import { prismaOptions } from '@tributary/service-defaults';
import type pg from 'pg';
import { CONFIG, type Config } from './config.ts';
import { FiguresController } from './figures/figures.controller.ts';
import { Figures } from './figures/figures.ts';
import { LatePromises } from './figures/late-promises.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { JourneysController } from './journeys/journeys.controller.ts';
import { Journeys } from './journeys/journeys.ts';
import { Reader } from './log/reader.ts';
import { PageController } from './page/page.controller.ts';

@Module({
  controllers: [PageController, JourneysController, FiguresController],
  providers: [Reader, Journeys, Figures, LatePromises],
})
export class AnalyticsModule {
  static with(config: Config, pool: pg.Pool): DynamicModule {
    return {
      module: AnalyticsModule,
      providers: [
        { provide: CONFIG, useValue: config },
        // It hears nothing by queue, and states nothing but that it has started, which runService does: no inbox, no outbox.
        { provide: PrismaClient, useValue: new PrismaClient(prismaOptions(pool)) },
      ],
    };
  }
}

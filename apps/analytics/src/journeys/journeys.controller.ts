import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { parameters, idOf, limit, yesOrNo } from '../parameters.ts';
import type { JourneyDetails } from './journey.ts';
import { Journeys, type JourneySummary } from './journeys.ts';

const listing = z.strictObject({ stuck: yesOrNo.default(false), limit: limit(50, 500) });

@Controller('journeys')
export class JourneysController {
  constructor(private readonly journeys: Journeys) {}

  @Get()
  @Header('cache-control', 'no-store')
  list(@Query() query: unknown): Promise<JourneySummary[]> {
    const { stuck, limit } = parameters(listing, query);
    return stuck ? this.journeys.stuck(limit) : this.journeys.latest(limit);
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  one(@Param('id') id: string): Promise<JourneyDetails> {
    return this.journeys.journey(idOf(id));
  }
}

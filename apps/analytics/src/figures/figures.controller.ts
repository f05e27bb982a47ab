import { Controller, Get, Header, Query } from '@nestjs/common';
import { z } from 'zod';
import { limit, parameters } from '../parameters.ts';
import { Figures, type Funnel, type Minute, type Participant, type ReactionFigures } from './figures.ts';

const A_DAY = 1_440;
/** As long as the log keeps facts. */
const A_WEEK = 7 * A_DAY;
const lastHour = z.strictObject({ minutes: limit(60, A_WEEK) });
const lastDay = z.strictObject({ minutes: limit(A_DAY, A_WEEK) });
const nothing = z.strictObject({});

@Controller()
export class FiguresController {
  constructor(private readonly figures: Figures) {}

  @Get('funnel')
  @Header('cache-control', 'no-store')
  funnel(@Query() query: unknown): Promise<Funnel> {
    parameters(nothing, query);
    return this.figures.funnel();
  }

  @Get('series')
  @Header('cache-control', 'no-store')
  series(@Query() query: unknown): Promise<Minute[]> {
    return this.figures.series(parameters(lastHour, query).minutes);
  }

  @Get('reactions')
  @Header('cache-control', 'no-store')
  reactions(@Query() query: unknown): Promise<ReactionFigures[]> {
    return this.figures.reactions(parameters(lastDay, query).minutes);
  }

  @Get('services')
  @Header('cache-control', 'no-store')
  services(@Query() query: unknown): Promise<Participant[]> {
    parameters(nothing, query);
    return this.figures.services();
  }
}

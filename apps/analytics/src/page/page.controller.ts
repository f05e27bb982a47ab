import { Controller, Get, Header, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Figures } from '../figures/figures.ts';
import { idOf, parameters } from '../parameters.ts';
import { Journeys } from '../journeys/journeys.ts';
import { Reader } from '../log/reader.ts';
import { journeyPage } from './journey-page.ts';
import { overviewPage } from './overview-page.ts';

const HTML = 'text/html; charset=utf-8';
const search = z.strictObject({ signup: z.string().optional() });

/** For people: everything here is in the JSON routes as well. */
@Controller()
export class PageController {
  constructor(
    private readonly journeys: Journeys,
    private readonly figures: Figures,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Header('content-type', HTML)
  @Header('cache-control', 'no-store')
  async overview(@Query() query: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { signup } = parameters(search, query);
    if (signup !== undefined) {
      reply.code(303).header('location', `/journey/${idOf(signup)}`);
      return '';
    }
    const [stuck, latest, funnel] = await Promise.all([
      this.journeys.stuck(20),
      this.journeys.latest(20),
      this.figures.funnel(),
    ]);
    return overviewPage({ stuck, latest, funnel, problems: this.reader.health().problems }).toString();
  }

  @Get('journey/:id')
  @Header('content-type', HTML)
  @Header('cache-control', 'no-store')
  async journey(@Param('id') id: string): Promise<string> {
    return journeyPage(await this.journeys.journey(idOf(id))).toString();
  }
}

import { finished } from 'node:stream';
import { Controller, Get, Header, Param, Req, Res } from '@nestjs/common';
import { networksOf } from '@tributary/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Onboarding } from './onboarding.ts';
import { StatusStreams } from './status-streams.ts';
import { revisionOf, type Status } from './status.ts';

/** Whoever has the id may ask: it is random, and the answer holds nothing personal. */
@Controller('signups')
export class OnboardingController {
  constructor(
    private readonly onboarding: Onboarding,
    private readonly streams: StatusStreams,
  ) {}

  @Get(':id')
  @Header('cache-control', 'no-store')
  status(@Param('id') id: string): Promise<Status> {
    return this.onboarding.statusOf(id);
  }

  /** Server-sent events: one `status` whenever it changes. 204 tells a reconnecting browser that nothing more will come. */
  @Get(':id/events')
  async events(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const status = await this.onboarding.statusOf(id);
    const lastEventId = request.headers['last-event-id'];
    if (typeof lastEventId === 'string' && status.settled && lastEventId === revisionOf(status)) {
      await reply.code(204).send();
      return;
    }
    const stream = this.streams.open(status, {
      networks: networksOf(request.ip),
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
    });
    // A HEAD request reads nothing of it, and somebody may have left by now: neither keeps a place.
    finished(reply.raw, () => stream.destroy());
    await reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(stream);
  }
}

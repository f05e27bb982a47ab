import type { Server as HttpServer } from 'node:http';
import { Readable } from 'node:stream';
import { Body, Controller, Get, Module, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { Server } from '@nestjs/microservices';
import { configureLogging, startTelemetry } from '@tributary/telemetry';
import { markup } from './markup.ts';
import { Problem } from './problem.ts';
import { type HttpOptions, serveHttp } from './serve-http.ts';

configureLogging({ level: 'silent', service: 'http' });
startTelemetry('http');

/** Requests to /slow that have arrived and wait for `resume`. */
export const slow = {
  waiting: [] as (() => void)[],
  resume: () => slow.waiting.splice(0).forEach((answer) => answer()),
};

async function* tales() {
  for (;;) yield `data: ${'x'.repeat(10_000)}\n\n`;
}

@Controller()
class Answers {
  @Get()
  hello() {
    return { hello: 'world' };
  }

  @Post('echo')
  echo(@Body() body: unknown) {
    return body;
  }

  @Get('query')
  query(@Query() query: unknown) {
    return query;
  }

  @Get('slow')
  async slow() {
    await new Promise<void>((resolve) => slow.waiting.push(resolve));
    return 'at last';
  }

  /** An event stream that begins and then has nothing to say. */
  @Get('quiet')
  quiet() {
    const stream = new Readable({ read: () => undefined });
    stream.push('retry: 1000\n\n');
    return new StreamableFile(stream);
  }

  @Get('talkative')
  talkative() {
    return new StreamableFile(Readable.from(tales()));
  }

  @Get('people/:id')
  person(@Param('id') id: string) {
    return id;
  }

  @Get('gone')
  gone() {
    throw new Error('The secret query failed', { cause: { originalCode: '57P01' } });
  }

  @Get('broken')
  broken() {
    throw new Error('A secret');
  }

  @Get('refused')
  refused() {
    const errors = [
      { field: 'email', detail: 'is no address' },
      { parameter: 'limit', detail: 'is no number' },
    ];
    throw new Problem({ code: 'NOT_LIKE_THIS', status: 422, title: 'Not like <this>.' }, { errors });
  }

  @Get('who')
  who() {
    throw new Problem({ code: 'WHO', status: 401, title: 'Who?' });
  }
}

@Module({ controllers: [Answers] })
class AnswersModule {}

/** Hears nothing. */
class NoFacts extends Server {
  listen(done: () => void) {
    done();
  }
  close() {}
  on() {}
  unwrap<T>(): T {
    throw new Error('nothing is in it');
  }
}

/** An application on a free port. */
export async function httpApp(options: Partial<HttpOptions> = {}) {
  const app = await serveHttp({ module: AnswersModule }, new NoFacts(), {
    host: '127.0.0.1',
    port: 0,
    assets: new URL('.', import.meta.url),
    rateLimit: () => ({ name: 'all', perMinute: 1_000_000 }),
    problemPage: (problem, { url }) => (url === '/who' ? undefined : markup`<h1>${problem.message}</h1>`),
    ...options,
  });
  const url = await app.getUrl();
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= app.close());
  return {
    get: (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers }),
    post: (body: string | Buffer, type = 'application/json', headers: Record<string, string> = {}) =>
      fetch(`${url}/echo`, { method: 'POST', body: Buffer.from(body), headers: { 'content-type': type, ...headers } }),
    connections: () =>
      new Promise<number>((resolve) => {
        (app.getHttpServer() as HttpServer).getConnections((_error, count) => resolve(count));
      }),
    url,
    close,
    [Symbol.asyncDispose]: close,
  };
}

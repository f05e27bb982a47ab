import { parse as parseForm } from 'node:querystring';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { decodeUtf8 } from '@tributary/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Bodies are JSON or a form, in UTF-8. A decoder that replaces what it cannot read turns `José` in ISO 8859-1 into `Jos\ufffd`, and that is what
 * would be stored and mailed. A byte order mark in front is left out.
 */
export function readBodies(app: NestFastifyApplication): void {
  const server: FastifyInstance = app.getHttpAdapter().getInstance();
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('text/plain');
  app.useBodyParser('application/json', {}, (request: FastifyRequest, body: Buffer, done: Done) => {
    withText(request, body, done, (text) => void parseJson(request, text, done));
  });
  app.useBodyParser('application/x-www-form-urlencoded', {}, (request: FastifyRequest, body: Buffer, done: Done) => {
    withText(request, body, done, (text) => {
      if (isDecodable(text)) done(null, parseForm(text));
      else done(Problem.common('TEXT_NOT_UTF8'));
    });
  });
}

/** A query is ASCII, or Node refuses the request; everything else is encoded in it. The parser would keep or replace what it cannot decode. */
export function refuseUnreadableQueries(server: FastifyInstance): void {
  server.addHook('onRequest', ({ raw }, _reply, done) => {
    const query = raw.url?.split('?').slice(1).join('?') ?? '';
    done(isDecodable(query) ? undefined : Problem.common('TEXT_NOT_UTF8'));
  });
}

/** False for a percent sign that encodes nothing, and for encoded bytes that are not UTF-8. */
export function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function withText({ headers }: FastifyRequest, body: Buffer, done: Done, use: (text: string) => void): void {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers['content-type'] ?? '') ?? [];
  if (!/^utf-?8$/i.test(charset)) return done(Problem.common('CHARSET_UNSUPPORTED'));
  let text: string;
  try {
    text = decodeUtf8(body);
  } catch {
    return done(Problem.common('TEXT_NOT_UTF8'));
  }
  use(text);
}

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { eventually, type EventuallyOptions } from './eventually.ts';
import { spansOf, type ExportTraceRequest, type Span } from './otlp.ts';

export interface SpanSink extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  /** In order of arrival, which is the order of their ends at best. */
  spans: Span[];
  /** The spans of one trace, in order of their starts. */
  trace(traceId: string): Span[];
  /** The first span that passes, arrived already or yet to come. */
  waitFor(passes: (span: Span) => boolean, options?: EventuallyOptions): Promise<Span>;
  close(): Promise<void>;
}

/** An OTLP/HTTP JSON collector on loopback that keeps every span. Metrics and logs are accepted and forgotten. */
export async function spanSink(): Promise<SpanSink> {
  const spans: Span[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request)
      .then((body) => {
        if (request.url === '/v1/traces') spans.push(...spansOf(JSON.parse(body) as ExportTraceRequest));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      })
      .catch((error: Error) => response.writeHead(400).end(error.message));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const close = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    trace: (traceId) =>
      spans.filter((span) => span.traceId === traceId).sort((a, b) => (a.startNs < b.startNs ? -1 : 1)),
    waitFor: (passes, options) => eventually(() => spans.find(passes) ?? false, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const bytes = await buffer(request);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { traceTree } from './trace-tree.ts';

export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  service: string;
  /** Milliseconds. */
  start: number;
  duration: number;
  failed: boolean;
}

export interface SpanReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: string;
  /** Where a person reads a trace, with `{traceId}` in place of its id. */
  page: string;
  trace: (traceId: string) => Span[];
  /** The last trace of a request that changes something: reading a status or the log has one of its own too. */
  latest: () => Span[];
  close: () => void;
}

// A demo may run all day under load: the traces that began first go.
const KEPT_SPANS = 50_000;
const KEPT_SPANS_PER_TRACE = 1_000;

/** The smallest collector that can show a trace: OTLP over HTTP with JSON bodies in, `GET /trace/<id>` out. Metrics and logs are not kept. */
export async function receiveSpans(): Promise<SpanReceiver> {
  const traces = new Map<string, Span[]>();
  const server = createServer((request, response) => {
    if (request.method === 'GET') return void showTrace(request.url ?? '', traces, response);
    void read(request).then(
      (body) => {
        if (request.url === '/v1/traces') keep(traces, spansOf(body));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      },
      (error: Error) => response.writeHead(400).end(error.message),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    page: `${endpoint}/trace/{traceId}`,
    trace: (traceId) => traces.get(traceId) ?? [],
    latest: () => [...traces.values()].findLast((spans) => spans.some(isChange)) ?? [],
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const isChange = ({ name }: Span) => /^(POST|PUT|DELETE) /.test(name);

function showTrace(path: string, traces: Map<string, Span[]>, response: ServerResponse): void {
  const [, traceId = ''] = /^\/trace\/([0-9a-f]{32})$/.exec(path) ?? [];
  const spans = traces.get(traceId);
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  if (!spans) return void response.writeHead(404, headers).end('No such trace here: it was not sent, or is too old.\n');
  response.writeHead(200, headers).end(`${traceTree(spans).join('\n')}\n`);
}

function keep(traces: Map<string, Span[]>, spans: Span[]): void {
  for (const span of spans) {
    const trace = traces.get(span.traceId) ?? [];
    if (trace.length < KEPT_SPANS_PER_TRACE) trace.push(span);
    traces.set(span.traceId, trace);
  }
  let kept = [...traces.values()].reduce((total, { length }) => total + length, 0);
  for (const [traceId, { length }] of traces) {
    if (kept <= KEPT_SPANS) break;
    traces.delete(traceId);
    kept -= length;
  }
}

async function read(request: IncomingMessage): Promise<Export> {
  const body = await buffer(request);
  return JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString()) as Export;
}

/** https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, as far as it is needed here. */
interface Export {
  resourceSpans?: {
    resource?: { attributes?: { key: string; value: { stringValue?: string } }[] };
    scopeSpans?: { spans?: ExportedSpan[] }[];
  }[];
}
interface ExportedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number };
}

function spansOf({ resourceSpans = [] }: Export): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const name = resource?.attributes?.find(({ key }) => key === 'service.name')?.value.stringValue ?? '?';
    return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => spanOf(span, name)));
  });
}

function spanOf(span: ExportedSpan, service: string): Span {
  const [start, end] = [span.startTimeUnixNano, span.endTimeUnixNano].map((nanoseconds) => Number(nanoseconds) / 1e6);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || undefined,
    name: span.name,
    service,
    start: start ?? 0,
    duration: (end ?? 0) - (start ?? 0),
    failed: span.status?.code === 2,
  };
}

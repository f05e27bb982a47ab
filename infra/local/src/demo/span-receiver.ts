import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

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
  trace: (traceId: string) => Span[];
  /** The trace that began last. */
  latest: () => Span[];
  close: () => void;
}

const KEPT_TRACES = 500;

/** The smallest collector that can draw a trace: OTLP over HTTP with JSON bodies. Metrics and logs are not kept. */
export async function receiveSpans(): Promise<SpanReceiver> {
  const traces = new Map<string, Span[]>();
  const server = createServer((request, response) => {
    void read(request).then(
      (body) => {
        if (request.url === '/v1/traces') spansOf(body).forEach((span) => keep(traces, span));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      },
      (error: Error) => response.writeHead(400).end(error.message),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trace: (traceId) => traces.get(traceId) ?? [],
    latest: () => [...traces.values()].at(-1) ?? [],
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function keep(traces: Map<string, Span[]>, span: Span): void {
  const trace = traces.get(span.traceId) ?? [];
  trace.push(span);
  traces.set(span.traceId, trace);
  if (traces.size > KEPT_TRACES) traces.delete(traces.keys().next().value ?? '');
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

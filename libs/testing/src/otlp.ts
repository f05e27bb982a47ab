/** A finished span, as a test wants to read it. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** The resource's `service.name`. */
  service: string;
  /** The resource's `service.instance.id`. */
  instance: string;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  events: { name: string; attributes: Record<string, unknown> }[];
  status: 'unset' | 'ok' | 'error';
  startNs: bigint;
  endNs: bigint;
}

interface Value {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string | number;
  doubleValue?: number;
  arrayValue?: { values?: Value[] };
}
type Attributes = { key: string; value: Value }[];
interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: Attributes;
  links?: { traceId: string; spanId: string }[];
  events?: { name: string; attributes?: Attributes }[];
  status?: { code?: number };
}
/** https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export interface ExportTraceRequest {
  resourceSpans?: { resource?: { attributes?: Attributes }; scopeSpans?: { spans?: OtlpSpan[] }[] }[];
}

const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const STATUSES = ['unset', 'ok', 'error'] as const;

export function spansOf(request: ExportTraceRequest): Span[] {
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const about = record(resource?.attributes);
    const source = {
      service: String(about['service.name'] ?? ''),
      instance: String(about['service.instance.id'] ?? ''),
    };
    return (scopeSpans ?? []).flatMap(({ spans }) => (spans ?? []).map((span) => ({ ...source, ...spanOf(span) })));
  });
}

function spanOf(span: OtlpSpan): Omit<Span, 'service' | 'instance'> {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId && { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: KINDS[span.kind] ?? 'internal',
    attributes: record(span.attributes),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
    events: (span.events ?? []).map(({ name, attributes }) => ({ name, attributes: record(attributes) })),
    status: STATUSES[span.status?.code ?? 0] ?? 'unset',
    startNs: BigInt(span.startTimeUnixNano),
    endNs: BigInt(span.endTimeUnixNano),
  };
}

const record = (attributes: Attributes = []) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));

function plain(value: Value): unknown {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(plain);
  return value.stringValue ?? value.boolValue ?? value.doubleValue;
}

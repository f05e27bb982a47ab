import { diag, DiagLogLevel } from '@opentelemetry/api';
import { getStringFromEnv } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { logger } from './logger.ts';
import { metricReaders } from './metric-readers.ts';
import { bindInstruments } from './metrics.ts';
import { w3c } from './trace-context.ts';

/** A collector that is down must not hold up the end of a process. */
const FLUSH_DEADLINE_MS = 3_000;

/**
 * Starts tracing and metrics over OTLP/HTTP JSON, metrics for Prometheus instead or as well, as the standard OTEL_* variables
 * say (endpoint, headers, sampler, exporters, batch sizes, export interval, resource attributes). Without any nothing is
 * exported, recorded or scheduled; an incoming trace is still passed on. Call it once per process, before anything else starts.
 */
export function startTelemetry(service: string): { shutdown(): Promise<void> } {
  const log = logger('telemetry');
  const report = (text: string) => log.warn({ detail: text }, 'OpenTelemetry reports a problem');
  const quiet = () => {};
  diag.setLogger({ error: report, warn: report, info: quiet, debug: quiet, verbose: quiet }, DiagLogLevel.WARN);

  const sdk = new NodeSDK({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': service })),
    // Without the process and host detectors: they publish the command line and the user's name.
    resourceDetectors: [envDetector, serviceInstanceIdDetector],
    textMapPropagator: w3c,
    // An empty list means "none"; left out, the SDK would export to localhost:4318 by default.
    ...(exportsTraces() ? { traceExporter: new OTLPTraceExporter() } : { spanProcessors: [] }),
    metricReaders: metricReaders(),
    logRecordProcessors: [],
  });
  sdk.start();
  bindInstruments();
  return { shutdown: () => flush(sdk) };
}

// Read by the SDK's own reader: it is the standard's configuration, not ours.
function exportsTraces(): boolean {
  const endpoint =
    getStringFromEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? getStringFromEnv('OTEL_EXPORTER_OTLP_ENDPOINT');
  return endpoint !== undefined && getStringFromEnv('OTEL_TRACES_EXPORTER') !== 'none';
}

async function flush(sdk: NodeSDK): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not flushed within ${FLUSH_DEADLINE_MS} ms`)), FLUSH_DEADLINE_MS);
  });
  try {
    await Promise.race([sdk.shutdown(), deadline]);
  } catch (err) {
    logger('telemetry').warn({ err }, 'the last spans and metrics may be lost');
  } finally {
    clearTimeout(timer);
  }
}

import { diag, DiagLogLevel } from '@opentelemetry/api';
import { getNumberFromEnv, getStringFromEnv } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { logger } from './logger.ts';
import { bindInstruments } from './metrics.ts';
import { w3c } from './trace-context.ts';

/** A collector that is down must not hold up the end of a process. */
const FLUSH_DEADLINE_MS = 3_000;

/**
 * Starts tracing and metrics over OTLP/HTTP JSON, as the standard OTEL_* variables say (endpoint, headers, sampler,
 * batch sizes, export interval, resource attributes). Without an endpoint nothing is exported, recorded or scheduled;
 * an incoming trace is still passed on. Call it once per process, before anything else starts.
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
    ...(exports('TRACES') ? { traceExporter: new OTLPTraceExporter() } : { spanProcessors: [] }),
    metricReaders: exports('METRICS') ? [metricReader()] : [],
    logRecordProcessors: [],
  });
  sdk.start();
  bindInstruments();
  return { shutdown: () => flush(sdk) };
}

// Read by the SDK's own reader: it is the standard's configuration, not ours.
function exports(signal: 'TRACES' | 'METRICS'): boolean {
  const endpoint =
    getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`) ?? getStringFromEnv('OTEL_EXPORTER_OTLP_ENDPOINT');
  return endpoint !== undefined && getStringFromEnv(`OTEL_${signal}_EXPORTER`) !== 'none';
}

function metricReader(): PeriodicExportingMetricReader {
  const exportIntervalMillis = getNumberFromEnv('OTEL_METRIC_EXPORT_INTERVAL') ?? 60_000;
  const timeout = getNumberFromEnv('OTEL_METRIC_EXPORT_TIMEOUT') ?? 30_000;
  const exportTimeoutMillis = Math.min(timeout, exportIntervalMillis);
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis,
    exportTimeoutMillis,
  });
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

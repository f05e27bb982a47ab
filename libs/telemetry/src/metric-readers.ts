import { getNumberFromEnv, getStringFromEnv, getStringListFromEnv } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { type IMetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { whyNotListening } from './cannot-listen.ts';
import { sideServer } from './client-limits.ts';
import { logger } from './logger.ts';

const log = logger('telemetry');
const EXPORTERS = ['otlp', 'prometheus', 'none'];
/** Node's timers take no more: a longer one fires at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * How metrics leave the process, as the standard says: `OTEL_METRICS_EXPORTER` is a list of `otlp` (pushed, when an endpoint
 * is set), `prometheus` (served for scraping, see `OTEL_EXPORTER_PROMETHEUS_HOST` and `…_PORT`, 9464) and `none`. Read from the
 * environment here because NodeSDK's own reading has no JSON over HTTP. A value that cannot be used is warned of and counts as absent.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#exporter-selection
 */
export function metricReaders(): IMetricReader[] {
  const exporters = getStringListFromEnv('OTEL_METRICS_EXPORTER') ?? ['otlp'];
  for (const name of exporters) if (!EXPORTERS.includes(name)) warnOf('OTEL_METRICS_EXPORTER', EXPORTERS.join(', '));
  const endpoint =
    getStringFromEnv('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT') ?? getStringFromEnv('OTEL_EXPORTER_OTLP_ENDPOINT');
  const readers: IMetricReader[] = [];
  if (exporters.includes('otlp') && endpoint !== undefined) readers.push(pushing());
  if (exporters.includes('prometheus')) readers.push(scraped());
  return readers;
}

function warnOf(variable: string, expected: string): void {
  log.warn(`${variable} is not used as it is: expected ${expected}`);
}

function wholeNumber(variable: string, initial: number, most: number): number {
  const value = getNumberFromEnv(variable) ?? initial;
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  warnOf(variable, `a whole number from 1 to ${most}`);
  return initial;
}

function pushing(): IMetricReader {
  const exportIntervalMillis = wholeNumber('OTEL_METRIC_EXPORT_INTERVAL', 60_000, MAX_DELAY_MS);
  const timeout = wholeNumber('OTEL_METRIC_EXPORT_TIMEOUT', 30_000, MAX_DELAY_MS);
  const exportTimeoutMillis = Math.min(timeout, exportIntervalMillis);
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis,
    exportTimeoutMillis,
  });
}

/** Served by a server of ours: the exporter's own gives its clients all the time and connections they want. */
function scraped(): IMetricReader {
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const server = sideServer((request, response) => {
    if (request.url?.split('?', 1)[0] === '/metrics') exporter.getMetricsRequestHandler(request, response);
    else response.writeHead(404).end();
  });
  const host = getStringFromEnv('OTEL_EXPORTER_PROMETHEUS_HOST') ?? '0.0.0.0';
  const port = wholeNumber('OTEL_EXPORTER_PROMETHEUS_PORT', 9464, 65_535);
  const variables = { host: 'OTEL_EXPORTER_PROMETHEUS_HOST', port: 'OTEL_EXPORTER_PROMETHEUS_PORT' };
  // A process without metrics still does its work.
  server.on('error', (error) => {
    const { message } = whyNotListening(error, { host, port, variables }) as Error;
    log.error(`metrics are not served: ${message}`);
  });
  server.listen(port, host).unref();
  return exporter;
}

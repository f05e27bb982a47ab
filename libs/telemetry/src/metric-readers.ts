import { getNumberFromEnv, getStringFromEnv, getStringListFromEnv } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { type IMetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';

/**
 * How metrics leave the process, as the standard says: `OTEL_METRICS_EXPORTER` is a list of `otlp` (pushed, when an endpoint
 * is set), `prometheus` (served for scraping, see `OTEL_EXPORTER_PROMETHEUS_HOST` and `…_PORT`, 9464) and `none`. Read from the
 * environment here because NodeSDK's own reading has no JSON over HTTP.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#exporter-selection
 */
export function metricReaders(): IMetricReader[] {
  const exporters = getStringListFromEnv('OTEL_METRICS_EXPORTER') ?? ['otlp'];
  const endpoint =
    getStringFromEnv('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT') ?? getStringFromEnv('OTEL_EXPORTER_OTLP_ENDPOINT');
  const readers: IMetricReader[] = [];
  if (exporters.includes('otlp') && endpoint !== undefined) readers.push(pushing());
  if (exporters.includes('prometheus')) readers.push(scraped());
  return readers;
}

function pushing(): IMetricReader {
  const exportIntervalMillis = getNumberFromEnv('OTEL_METRIC_EXPORT_INTERVAL') ?? 60_000;
  const timeout = getNumberFromEnv('OTEL_METRIC_EXPORT_TIMEOUT') ?? 30_000;
  const exportTimeoutMillis = Math.min(timeout, exportIntervalMillis);
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis,
    exportTimeoutMillis,
  });
}

function scraped(): IMetricReader {
  return new PrometheusExporter({
    host: getStringFromEnv('OTEL_EXPORTER_PROMETHEUS_HOST') ?? '0.0.0.0',
    port: getNumberFromEnv('OTEL_EXPORTER_PROMETHEUS_PORT') ?? 9464,
    withoutScopeInfo: true,
  });
}

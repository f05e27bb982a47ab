/**
 * The standard's variables that decide what leaves a process, with a sentence each for `--help`. They are read by the SDK and by
 * `metricReaders`. There are more: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export const telemetryVariables: readonly (readonly [name: string, description: string])[] = [
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'Where spans and metrics go, OTLP over HTTP. Without it none are pushed.'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'The same for spans alone, with its path.'],
  ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'The same for metrics alone, with its path.'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'Sent along, such as a token: name=value,name=value.'],
  ['OTEL_TRACES_EXPORTER', 'none: no span leaves, whatever the endpoint.'],
  ['OTEL_TRACES_SAMPLER', 'Such as parentbased_traceidratio, with OTEL_TRACES_SAMPLER_ARG from 0 to 1.'],
  ['OTEL_BSP_SCHEDULE_DELAY', 'Milliseconds between two batches of spans.'],
  ['OTEL_METRICS_EXPORTER', 'A list of otlp (the default), prometheus and none.'],
  ['OTEL_METRIC_EXPORT_INTERVAL', 'Milliseconds between two pushes of metrics; 60000 unless given.'],
  ['OTEL_EXPORTER_PROMETHEUS_HOST', 'With prometheus: the address /metrics is served on; 0.0.0.0 unless given.'],
  ['OTEL_EXPORTER_PROMETHEUS_PORT', 'With prometheus: its port; 9464 unless given.'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'Said about this process beside its name: name=value,name=value.'],
];

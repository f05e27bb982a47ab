import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const fixture = fileURLToPath(new URL('../fixtures/exporting.ts', import.meta.url));
const incoming = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

async function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [fixture, incoming], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { code: code as number, output };
}

describe('startTelemetry', () => {
  let server: Server;
  let requests: { path: string; type?: string; body: string }[];
  let answer: boolean;
  const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeEach(async () => {
    requests = [];
    answer = true;
    server = createServer((request, response) => {
      void text(request).then((body) => {
        requests.push({ path: request.url ?? '', type: request.headers['content-type'], body });
        if (answer) response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('exports spans and metrics as JSON, the last ones at shutdown', async () => {
    const { code } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(), OTEL_RESOURCE_ATTRIBUTES: 'deployment=x' });
    expect(code).toBe(0);
    expect(requests.map(({ path, type }) => [path, type]).sort()).toEqual([
      ['/v1/metrics', 'application/json'],
      ['/v1/traces', 'application/json'],
    ]);
    const traces = requests.find(({ path }) => path === '/v1/traces')?.body ?? '';
    const metrics = requests.find(({ path }) => path === '/v1/metrics')?.body ?? '';
    expect(traces).toContain('process demo.thing.done.v1');
    expect(traces).toContain('"0af7651916cd43dd8448eb211c80319c"');
    expect(traces).toContain('{"key":"service.name","value":{"stringValue":"demo"}}');
    expect(traces).toContain('{"key":"deployment","value":{"stringValue":"x"}}');
    expect(traces).not.toContain('process.command_args');
    for (const name of ['client.consumed.messages', 'process.duration']) expect(metrics).toContain(`messaging.${name}`);
    expect(metrics).toContain('tributary.deliveries');
    expect(metrics).toMatch(/tributary\.outbox\.oldest_age.*"asDouble":7/);
  });

  it('samples as the standard variables say', async () => {
    await run({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint()}/v1/traces`, OTEL_TRACES_SAMPLER: 'always_off' });
    expect(requests).toEqual([]);
  });

  it('exports only the signal that has an endpoint', async () => {
    await run({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint()}/v1/traces` });
    expect(requests.map(({ path }) => path)).toEqual(['/v1/traces']);
  });

  it('serves metrics for Prometheus when asked to, and pushes none then', async () => {
    const free = createServer();
    await once(free.listen(0, '127.0.0.1'), 'listening');
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const { output } = await run({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(),
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      SCRAPE: `http://127.0.0.1:${port}/metrics`,
    });
    expect(requests.map(({ path }) => path)).toEqual(['/v1/traces']);
    expect(output).toMatch(/^tributary_outbox_oldest_age 7$/m);
    expect(output).toMatch(/^tributary_deliveries_total\{.*outcome="done".*\} 1$/m);
    expect(output).toMatch(/^messaging_process_duration_bucket\{/m);
    expect(output).toMatch(/^target_info\{.*service_name="demo"/m);
  });

  it('goes on without metrics where their port is taken, and names the variable', async () => {
    const { port } = server.address() as AddressInfo;
    const { code, output } = await run({
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
    });
    expect(code).toBe(0);
    expect(output).toContain(`metrics are not served: OTEL_EXPORTER_PROMETHEUS_PORT ${port} is taken (EADDRINUSE)`);
  });

  it.each([
    ['OTEL_METRICS_EXPORTER', 'graphite', {}],
    ['OTEL_EXPORTER_PROMETHEUS_PORT', '99999', { OTEL_METRICS_EXPORTER: 'prometheus' }],
    ['OTEL_METRIC_EXPORT_INTERVAL', '-5', {}],
    ['OTEL_METRIC_EXPORT_TIMEOUT', '0', {}],
  ])('warns of %s=%s and goes on without it, as the standard says', async (name, value, more) => {
    const { code, output } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(), ...more, [name]: value });
    expect(code).toBe(0);
    expect(output).toContain(`${name} is not used as it is: expected `);
  });

  it('without an endpoint sets no timer and still passes an incoming trace on', async () => {
    const { output } = await run({});
    expect(output).toContain('{"timers":0}');
    expect(output).toContain(`{"seen":{"traceparent":"${incoming}"}}`);
  });

  it('does not wait for ever for a collector that never answers, and says so', async () => {
    answer = false;
    const { code, output } = await run({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint() });
    expect(code).toBe(0);
    expect(output).toContain('the last spans and metrics may be lost');
  }, 30_000);
});

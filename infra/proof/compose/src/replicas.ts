import { command } from '@tributary/local';
import { eventually } from '@tributary/testing';
import { targets } from './prometheus.ts';
import { isSettled, signUp, type World } from './world.ts';

/** Waits until Prometheus reads the metrics of every replica of every process, and the broker's. */
export async function metricsArrive({ at, topologies }: World, emails = 1): Promise<string> {
  const processes = topologies.flatMap(({ service }) => [service, `${service}-relay`]);
  const look = async () => {
    const up = (await targets(at.prometheus)).filter(({ health }) => health === 'up').map(({ labels }) => labels);
    const of = (process: string) => up.filter((labels) => labels['process'] === process).length;
    const missing = processes.filter((process) => of(process) < (process === 'email' ? emails : 1));
    if (!up.some(({ job }) => job === 'rabbitmq')) missing.push('rabbitmq');
    if (missing.length > 0) throw new Error(`Prometheus has no metrics of ${missing.join(', ')}`);
    return `${up.length} targets up`;
  };
  return eventually(look, { timeoutMs: 60_000, intervalMs: 500 });
}

export async function scaleEmail(world: World, replicas: number): Promise<string> {
  const { compose } = world;
  await compose.run(
    'up',
    '--detach',
    '--no-build',
    '--no-deps',
    '--no-recreate',
    '--scale',
    `email=${replicas}`,
    'email',
  );
  await eventually(() => compose.isReady('email'), { timeoutMs: 60_000, intervalMs: 300 });
  const running = (await compose.containers('email')).length;
  if (running !== replicas) throw new Error(`${running} replicas of email instead of ${replicas}`);
  return `${running} replicas; ${await metricsArrive(world, replicas)}`;
}

// The children of the container's init; what `exec` starts has another parent.
const END_THE_SERVICE = `
  for (const pid of require('node:fs').readFileSync('/proc/1/task/1/children', 'utf8').trim().split(' '))
    process.kill(Number(pid), 'SIGKILL');`;

/** Ends the process inside its container, which Docker then starts again by itself. */
export async function crash(world: World, service: string): Promise<string> {
  const { compose } = world;
  const [container] = await compose.containers(service);
  const restarts = async () =>
    Number(await command('docker', ['inspect', '--format', '{{.RestartCount}}', container?.name ?? '']));
  const before = await restarts();
  await compose.run('exec', '--no-TTY', service, 'node', '--eval', END_THE_SERVICE);
  await eventually(async () => (await restarts()) > before && compose.isReady(service), {
    timeoutMs: 60_000,
    intervalMs: 300,
  });
  const signup = await signUp(world, `after-a-crash-of-${service}`);
  await eventually(() => isSettled(world, signup), { timeoutMs: 60_000, intervalMs: 200 });
  return 'was started again by Docker, and goes on';
}

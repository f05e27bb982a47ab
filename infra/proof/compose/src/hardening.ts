import { command } from '@tributary/local';
import type { World } from './world.ts';

/** Of `docker inspect`, as far as it matters here. */
interface Inspected {
  Name: string;
  Config: { User: string; Labels: Record<string, string> };
  HostConfig: {
    ReadonlyRootfs: boolean;
    Init: boolean | null;
    Memory: number;
    CapDrop: string[] | null;
    RestartPolicy: { Name: string };
    SecurityOpt: string[] | null;
    PortBindings: Record<string, { HostIp: string }[] | null>;
  };
}

/**
 * Whether the containers are run as docker-compose.yml means to.
 * @throws Error with everything that is not
 */
export async function inspectContainers({ compose, topologies }: World): Promise<string> {
  const containers = await compose.containers();
  const own = topologies.map(({ service }) => service);
  const isOwn = (service: string) => own.some((name) => service === name || service.startsWith(`${name}-`));
  const problems: string[] = [];
  for (const { service, name } of containers) {
    const [found] = JSON.parse(await command('docker', ['inspect', name])) as Inspected[];
    if (!found) continue;
    const wrong = [...anybody(found, service), ...(isOwn(service) ? ours(found) : [])];
    problems.push(...wrong.map((problem) => `${service} ${problem}`));
  }
  if (problems.length > 0) throw new Error(problems.join('; '));
  return `${containers.length} containers, each with a memory limit, ports on loopback only; ours without root, capabilities or a writable root`;
}

function anybody({ HostConfig: host }: Inspected, service: string): string[] {
  const restart = service.endsWith('-setup') ? 'on-failure' : 'unless-stopped';
  const published = Object.values(host.PortBindings).flatMap((bindings) => bindings ?? []);
  return [
    host.Memory > 0 ? '' : 'may take all memory',
    host.RestartPolicy.Name === restart ? '' : `has the restart policy ${host.RestartPolicy.Name}`,
    published.every(({ HostIp }) => HostIp === '127.0.0.1') ? '' : 'publishes a port beyond loopback',
  ].filter(Boolean);
}

function ours({ Config: config, HostConfig: host }: Inspected): string[] {
  return [
    host.ReadonlyRootfs ? '' : 'has a writable root filesystem',
    host.Init ? '' : 'has no init',
    config.User === 'node' ? '' : `runs as ${config.User || 'root'}`,
    host.CapDrop?.includes('ALL') ? '' : 'has capabilities',
    host.SecurityOpt?.includes('no-new-privileges:true') ? '' : 'may gain privileges',
    config.Labels['org.opencontainers.image.title'] ? '' : 'has an image without labels',
  ].filter(Boolean);
}

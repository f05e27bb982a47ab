import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repository, services } from '@tributary/local';
import { describe, expect, it } from '@jest/globals';

const text = (path: string) => readFileSync(join(repository, path), 'utf8');
const projects = globSync('{apps,libs,infra,infra/proof}/*/package.json', { cwd: repository }).map((path) =>
  dirname(path),
);

describe('every project is known to the image, whose lock file names it', () => {
  it.each(projects)('%s', (project) => {
    expect(text('infra/docker/Dockerfile')).toContain(`\nCOPY ${project}/package.json ${project}/\n`);
    if (project.startsWith('infra/')) expect(text('.dockerignore')).toContain(`\n!${project}/package.json\n`);
  });
});

describe('every service is in the stack', () => {
  it.each(services.map(({ name }) => name))('%s', (name) => {
    const stack = text('docker-compose.yml');
    for (const process of [name, `${name}-relay`, `${name}-setup`]) expect(stack).toContain(`\n  ${process}:\n`);
    for (const process of [name, `${name}-relay`])
      expect(text('infra/observability/prometheus.yml')).toContain(`- ${process}\n`);
    for (const script of ['infra/rabbitmq/start.sh', 'infra/postgres/create-databases.sh']) {
      expect(text(script)).toMatch(new RegExp(`^for \\w+ in .*\\b${name}\\b.*; do$`, 'm'));
    }
    expect(text(`infra/docker/secrets/${name}`)).toMatch(/^\S{16,}\n?$/);
  });
});

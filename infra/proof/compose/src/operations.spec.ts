import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '@tributary/local';
import { describe, expect, it } from '@jest/globals';
import { victims } from './kills.ts';

const text = (...path: string[]) => readFileSync(join(repository, ...path), 'utf8');
const found = (pattern: RegExp, within: string) => [...within.matchAll(pattern)].map(([, name = '']) => name);

const page = text('docs/operations.md');
const alerts = found(/- alert: (\w+)/g, text('infra/observability/alerts.yml'));
const sources = globSync('{apps,libs}/*/src/**/*.ts', { cwd: repository }).filter(
  (path) => !/\.(spec|fixture)\.ts$/.test(path),
);
const metrics = sources.flatMap((path) =>
  found(/\.create(?:Counter|Histogram|\w*Gauge|UpDownCounter)\(\s*'([^']+)'/g, text(path)),
);

describe('the page on operations', () => {
  it.each(metrics)('has the metric %s in its table', (name) => {
    expect(page).toContain(`| \`${name}\``);
  });

  it.each(alerts)('says what to do about %s', (name) => {
    expect(page).toContain(`### ${name}\n`);
  });

  it('knows no alert that there is not', () => {
    expect(found(/^### (\w+)$/gm, page).sort()).toEqual([...alerts].sort());
  });
});

it('every alert is caused by the check', () => {
  const caused = victims.flatMap(({ alerts = [] }) => alerts.map(({ alertname }) => alertname));
  const elsewhere = found(/alertname: '(\w+)'/g, text('infra/proof/compose/src/dead-letters.ts'));
  expect(new Set([...caused, ...elsewhere])).toEqual(new Set(alerts));
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { repository } from '../machine/places.ts';
import { PINNED_IMAGE } from './image.ts';

it('the demo and docker-compose.yml run the same version of the broker, and both let RABBITMQ_IMAGE choose another', () => {
  const compose = readFileSync(join(repository, 'docker-compose.yml'), 'utf8');
  expect(compose).toContain(`image: \${RABBITMQ_IMAGE:-${PINNED_IMAGE}}\n`);
});

it('no image is pinned to a floating version of a server whose minor releases change what it does', () => {
  const compose = readFileSync(join(repository, 'docker-compose.yml'), 'utf8');
  const images = [...compose.matchAll(/image: (?:\$\{\w+:-)?([^\s}]+)/g)].map(([, image = '']) => image);
  const foreign = images.filter((image) => !image.startsWith('tributary/'));
  expect(foreign).toHaveLength(5);
  for (const image of foreign) expect(image).toMatch(image.startsWith('postgres:') ? /:\d+-\w+$/ : /:v?\d+\.\d+\.\d+/);
});

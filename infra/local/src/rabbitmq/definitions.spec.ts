import { expect, it } from '@jest/globals';
import { definitionsFile } from './definitions-file.ts';

it('the definitions declare every exchange that a topic permission names: since 4.3 the broker does not boot otherwise', () => {
  const topics = { exchange: 'events', write: '^mail', read: '^user' };
  const topology = { service: 'email', rights: { configure: '^$', write: '^email', read: '^email', topics } };
  const { exchanges, topic_permissions: permissions } = JSON.parse(definitionsFile([topology])) as {
    exchanges: { name: string; vhost: string }[];
    topic_permissions: { exchange: string; vhost: string }[];
  };
  expect(permissions).toHaveLength(1);
  for (const { exchange, vhost } of permissions) {
    expect(exchanges).toContainEqual(expect.objectContaining({ name: exchange, vhost }));
  }
});

import { adminDefinitions, serviceDefinitions, type ServiceTopology } from './definitions.ts';

/** For `setup` commands and for people; everybody else is a service. */
const ADMINISTRATOR = 'setup';
const VHOST = '/';

/**
 * The users and rights of a broker that is told the passwords when it starts: where a hash belongs stands the user's name in angle
 * brackets, which infra/rabbitmq/start.sh replaces. JSON as Prettier would set it.
 */
export function definitionsFile(topologies: readonly Pick<ServiceTopology, 'service' | 'rights'>[]): string {
  const admin = adminDefinitions({ user: ADMINISTRATOR, password: '' }, VHOST);
  const services = topologies.map(({ service, rights }) =>
    serviceDefinitions({ user: service, password: '' }, rights, VHOST),
  );
  const all = [admin, ...services];
  const definitions = {
    vhosts: admin.vhosts,
    exchanges: admin.exchanges,
    users: all.flatMap(({ users }) => users).map((user) => ({ ...user, password_hash: `<${user.name}>` })),
    permissions: all.flatMap(({ permissions }) => permissions),
    topic_permissions: services.flatMap(({ topic_permissions }) => topic_permissions),
  };
  return `${JSON.stringify(definitions, null, 2).replaceAll(/\[\s+("[^"]*")\s+\]/g, '[$1]')}\n`;
}

const VARIABLES = {
  amqp: 'TRIBUTARY_TEST_AMQP_URL',
  management: 'TRIBUTARY_TEST_MANAGEMENT_URL',
  database: 'TRIBUTARY_TEST_DATABASE_URL',
} as const;

/**
 * Where a broker, its management API and a database that tests may use are found. Its login must be allowed to create vhosts or databases.
 * @throws Error when the variable is missing: a test that needs a server fails, it is never skipped.
 */
export function testServer(kind: keyof typeof VARIABLES): URL {
  const name = VARIABLES[kind];
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: run "npm test", which starts private servers, or export it yourself`);
  return new URL(value);
}

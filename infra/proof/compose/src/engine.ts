import { command } from '@tributary/local';

/**
 * What is here to run containers with, in words.
 * @throws Error that says what is missing and what to do
 */
export async function findEngine(): Promise<string> {
  const engine = await version(
    'There is no Docker engine to run this on',
    'version',
    '--format',
    '{{.Server.Version}}',
  );
  const compose = await version('Docker has no Compose v2', 'compose', 'version', '--short');
  return `Docker ${engine}, Compose ${compose}`;
}

async function version(problem: string, ...question: string[]): Promise<string> {
  try {
    return (await command('docker', question)).trim();
  } catch (error) {
    const reason = (error as Error).message.trim().split('\n').at(-1);
    throw new Error(
      `${problem}: ${reason}\nStart Docker (with the Compose plugin) and try again. "npm run demo -- --check" needs none.`,
      { cause: error },
    );
  }
}

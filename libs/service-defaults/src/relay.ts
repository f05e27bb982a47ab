import { Publisher } from '@tributary/messaging';
import { Relay } from '@tributary/outbox';
import { sessionUrl } from './sessions.ts';
import { type ProcessOptions, startProcess } from './start-process.ts';

/** Longer than the relay itself waits for a confirm. */
const CONFIRM_TIMEOUT_MS = 4_000;

/** Publishes what waits in the outbox, and forgets inbox rows that are old enough. */
export async function relay(options: ProcessOptions): Promise<void> {
  const { service, config } = options;
  const name = `${service} relay`;
  await startProcess(options, name, async (lifecycle, knowHealth) => {
    const publisher = new Publisher({ url: config.AMQP_URL, name, confirmTimeoutMs: CONFIRM_TIMEOUT_MS });
    lifecycle.onStop('publisher', () => publisher.close(), 3_000);
    const outbox = new Relay({ databaseUrl: sessionUrl(config), publisher });
    lifecycle.onStop('relay', () => outbox.stop());
    knowHealth(() => ({ problems: outbox.status().problems }));
    // Neither is waited for: a broker that does not answer is a reason not to be ready, and no reason to keep it secret.
    void publisher.connect();
    void outbox.run();
  });
}
